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


class CIFAR10(Files):
    """The binary release of CIFAR-10."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.cifar10:fetch"
    kind: Literal["cifar10"]


class STL10(Files):
    """The binary release of STL-10, 2.6 GB."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.stl10:fetch"
    kind: Literal["stl10"]


class TFD(Files):
    """The Toronto Face Database at 48 pixels, as its authors send it to those who ask."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.tfd:fetch"
    kind: Literal["tfd"]


class CelebA(Files):
    """The aligned faces as img_align_celeba.zip, or unpacked, and three of the lists beside them."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.celeba:fetch"
    kind: Literal["celeba"]


class ImageNet(Files):
    """The training images of ILSVRC2012 in `path`, one folder a class, named by its WordNet id.

    Verified is that there are 1,000 classes and 1,281,167 images.
    """

    implementation: ClassVar[str] = "pipeline.datasets.sources.imagenet:fetch"
    kind: Literal["imagenet"]
    path: str


class ImageNet32(Files):
    """The public release of ILSVRC2012 at 32×32 (Chrabaszcz, Loshchilov, Hutter 2017), as .npz batches."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.imagenet32:fetch"
    kind: Literal["imagenet32"]


class Folder(Choice):
    """Any images in `path` and in zip files there; folders directly in it or in a zip file name classes."""

    implementation: ClassVar[str] = "pipeline.datasets.sources.folder:fetch"
    kind: Literal["folder"]
    path: str


Source = Annotated[
    Synthetic
    | Digits
    | Photographs
    | MNIST
    | CIFAR10
    | STL10
    | TFD
    | CelebA
    | ImageNet
    | ImageNet32
    | Folder,
    Field(discriminator="kind"),
]
