"""Sources of raw files as blocks of params.yaml.

A source's code puts its files into a folder and returns their names: `fetch(config, folder, mirrors)`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.params.datasets import celeba, cifar10, folder, imagenet, mnist, scikit, stl10, synthetic, tfd
from pipeline.params.datasets.common import Files

__all__ = ["Files", "Source"]

Source = Annotated[
    synthetic.Source
    | scikit.DigitsSource
    | scikit.PhotographsSource
    | mnist.Source
    | cifar10.Source
    | stl10.Source
    | tfd.Source
    | celeba.Source
    | imagenet.Source
    | imagenet.Source32
    | folder.Source,
    Field(discriminator="kind"),
]
