"""Sources of raw files as blocks of params.yaml.

A new source is one class here, with its place in the union below, and one file under
pipeline/datasets/sources/ whose `fetch(config, folder, mirrors)` puts the files into `folder` and
returns their names.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.params.base import Choice


class Files(Choice):
    """A source of files that come from a mirror folder or the network.

    `verify: false` takes the files as the mirror folder has them, whatever they contain and how many
    examples they hold; it is for files generated in the original format. The manifest and the
    about.json of every data set made of them then say that they are not verified.
    """

    verify: bool = True


class Synthetic(Choice):
    """No files: the data are drawn."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.synthetic:fetch"
    kind: Literal["synthetic"]


class Digits(Choice):
    """The 8×8 handwritten digits inside scikit-learn."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.digits:fetch"
    kind: Literal["digits"]


class Photographs(Choice):
    """The two photographs inside scikit-learn."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.photographs:fetch"
    kind: Literal["photographs"]


class MNIST(Files):
    """The four original files, from the addresses that torchvision knows."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.mnist:fetch"
    kind: Literal["mnist"]


Source = Annotated[Synthetic | Digits | Photographs | MNIST, Field(discriminator="kind")]
