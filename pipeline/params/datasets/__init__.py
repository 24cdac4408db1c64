"""Data sets as blocks of params.yaml: one file a release, with the blocks of its source and of what is
prepared from it, and all that is known of it.

A new one is a file here, with its places in the unions below and in `pipeline.params.sources`, and the code
that reads it, pipeline/datasets/<kind>.py. One that is published in a known form, as Fashion-MNIST is in
MNIST's, is a block of params.yaml alone.
"""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from pipeline.params.base import Block, Choice
from pipeline.params.datasets.celeba import CelebA
from pipeline.params.datasets.cifar10 import CIFAR10
from pipeline.params.datasets.common import Splits
from pipeline.params.datasets.folder import Folder
from pipeline.params.datasets.imagenet import ImageNet, ImageNet32
from pipeline.params.datasets.mnist import MNIST, ColorMNIST
from pipeline.params.datasets.scikit import ColorDigits, Digits, Patches
from pipeline.params.datasets.stl10 import STL10
from pipeline.params.datasets.synthetic import Cubes, Mixture, UniformBox
from pipeline.params.datasets.tfd import TFD
from pipeline.params.extractors import Classifier, Coordinates, Extractor, Inception
from pipeline.params.text import Title

__all__ = [
    "BLOCKS",
    "Classifier",
    "Coordinates",
    "Dataset",
    "Inception",
    "Prepare",
    "Splits",
    "factors",
    "kind_of",
]

Prepare = Annotated[
    Digits
    | ColorDigits
    | Patches
    | MNIST
    | ColorMNIST
    | CIFAR10
    | STL10
    | TFD
    | CelebA
    | ImageNet
    | ImageNet32
    | Folder
    | Mixture
    | Cubes
    | UniformBox,
    Field(discriminator="kind"),
]


def kind_of(block: type[Choice]) -> str:
    """The `kind` by which params.yaml chooses a block."""
    return str(get_args(block.model_fields["kind"].annotation)[0])


BLOCKS = {kind_of(block): block for block in get_args(get_args(Prepare)[0])}


def factors(prepare: Prepare) -> dict[str, int]:
    """What the columns of the labels say: name → number of classes. Empty where they have no names."""
    return dict(getattr(prepare, "factors", {}))


class Dataset(Block):
    """`title` is what captions call data that are others than those which `prepare.kind` is named for."""

    source: str
    prepare: Prepare
    extractor: Extractor
    title: Title | None = None
