"""MNIST, and what is published in its form as four IDX files, such as Fashion-MNIST."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.params.base import NonNegative, Positive, Seed
from pipeline.params.datasets.common import COLORS, Files, Remote, Sizes, Squares

# torchvision's addresses, and the sums of the files after decompression
ADDRESSES = ["https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"]
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
OBTAINED, LICENCE = "the network", "CC BY-SA 3.0"


class Source(Files):
    """Four IDX files: MNIST's, or others of the same form by their own addresses, sums and numbers of images.

    Each of `addresses` is a folder of all four, compressed. A sum in `md5` is that of the file as it comes if
    it is given for a name in .gz, otherwise that of its content, since mirrors compress anew.
    """

    kind: Literal["mnist"]
    addresses: list[Annotated[str, Field(pattern="^https?://.+/$")]] = ADDRESSES
    md5: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{32}$")]] = MD5
    training: Positive = 60_000
    test: Positive = 10_000

    @model_validator(mode="after")
    def _has_four_files(self) -> Source:
        if sorted(name.removesuffix(".gz") for name in self.md5) != sorted(MD5):
            raise ValueError(f"md5 must have a sum for each of {', '.join(MD5)}, with or without .gz")
        return self

    @property
    def released(self) -> Sizes:
        return Sizes(self.training, 0, self.test)

    def files(self) -> tuple[Remote, ...]:
        return tuple(
            Remote(
                name,
                urls=tuple(f"{address}{name.removesuffix('.gz')}.gz" for address in self.addresses),
                algorithm="md5",
                digest=digest,
                archive=name.endswith(".gz"),
            )
            for name, digest in self.md5.items()
        )


class MNIST(Squares):
    """28 pixels, or zero-padded to 32; the last `validation` of the training images are held out."""

    implementation: ClassVar[str] = "pipeline.datasets.mnist:prepare"
    source: ClassVar[str] = "mnist"
    title: ClassVar[str] = "MNIST"
    channels: ClassVar[int] = 1
    kind: Literal["mnist"]
    size: Literal[28, 32]
    classes: Positive = 10
    validation: NonNegative


class ColorMNIST(Squares):
    """Three training digits drawn with replacement and stacked as R, G, B: 1,000 classes.

    `count` images drawn with `seed` are for training; `reference_count` drawn likewise with
    `reference_seed` are the test split, which FID is measured against.
    """

    implementation: ClassVar[str] = "pipeline.datasets.mnist:colors"
    source: ClassVar[str] = "mnist"
    title: ClassVar[str] = "Color MNIST"
    kind: Literal["color_mnist"]
    size: Literal[28, 32]
    classes: Positive = 10
    count: Positive
    seed: Seed
    reference_count: Positive
    reference_seed: Seed

    @model_validator(mode="after")
    def _draws_differ(self) -> ColorMNIST:
        if self.seed == self.reference_seed:
            raise ValueError("seed and reference_seed must differ, or FID compares with the training images")
        return self

    @property
    def factors(self) -> dict[str, int]:
        return dict.fromkeys(COLORS, self.classes)
