"""Data sets and feature networks as blocks of params.yaml.

A new data set is one class here, with its place in the union below it, and one file under
pipeline/datasets/.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.params.base import Block, Choice, Fraction, Positive, PositiveFloat, Seed


class Splits(Block):
    """Shares of the examples held out, drawn with `seed`; the rest is for training."""

    validation: Fraction
    test: Fraction
    seed: Seed

    @model_validator(mode="after")
    def _leaves_a_rest(self) -> Splits:
        if self.validation + self.test >= 1:
            raise ValueError("validation and test together must be less than 1, to leave some for training")
        return self

    def sizes(self, count: int) -> list[int]:
        """How many of `count` examples are for training, validation and test."""
        held_out = [round(count * self.validation), round(count * self.test)]
        return [count - sum(held_out), *held_out]


class Digits(Choice):
    """scikit-learn's 8×8 handwritten digits, upscaled to `size` pixels."""

    implementation: ClassVar[str] = "pipeline.datasets.digits:prepare"
    source: ClassVar[str] = "digits"
    kind: Literal["digits"]
    size: Literal[16, 28, 32]
    splits: Splits

    @property
    def shape(self) -> tuple[int, ...]:
        return (1, self.size, self.size)


COLORS = dict.fromkeys(("red", "green", "blue"), 10)


class ColorDigits(Choice):
    """Three digits drawn with replacement and stacked as R, G, B: 1,000 classes."""

    implementation: ClassVar[str] = "pipeline.datasets.color_digits:prepare"
    source: ClassVar[str] = "digits"
    kind: Literal["color_digits"]
    size: Literal[16, 28, 32]
    count: Positive
    seed: Seed
    splits: Splits

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, self.size, self.size)

    @property
    def factors(self) -> dict[str, int]:
        return COLORS


class Patches(Choice):
    """Colour crops of scikit-learn's two photographs, labelled by photograph and region."""

    implementation: ClassVar[str] = "pipeline.datasets.patches:prepare"
    source: ClassVar[str] = "photographs"
    kind: Literal["patches"]
    size: Positive
    count: Positive
    seed: Seed
    splits: Splits

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, self.size, self.size)


class MNIST(Choice):
    """MNIST through torchvision: 28 pixels, or zero-padded to 32; the last `validation` of the
    60,000 training images are held out."""

    implementation: ClassVar[str] = "pipeline.datasets.mnist:prepare"
    source: ClassVar[str] = "mnist"
    kind: Literal["mnist"]
    size: Literal[28, 32]
    validation: Annotated[int, Field(ge=0, lt=60_000)]

    @property
    def shape(self) -> tuple[int, ...]:
        return (1, self.size, self.size)


class ColorMNIST(Choice):
    """Three MNIST training digits drawn with replacement and stacked as R, G, B: 1,000 classes.

    `count` images drawn with `seed` are for training; `reference_count` drawn likewise with
    `reference_seed` are the test split, which FID is measured against.
    """

    implementation: ClassVar[str] = "pipeline.datasets.color_mnist:prepare"
    source: ClassVar[str] = "mnist"
    kind: Literal["color_mnist"]
    size: Literal[28, 32]
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
    def shape(self) -> tuple[int, ...]:
        return (3, self.size, self.size)

    @property
    def factors(self) -> dict[str, int]:
        return COLORS


class CIFAR10(Choice):
    """CIFAR-10 at 32 pixels; the last `validation` of the 50,000 training images are held out."""

    implementation: ClassVar[str] = "pipeline.datasets.cifar10:prepare"
    source: ClassVar[str] = "cifar10"
    kind: Literal["cifar10"]
    validation: Annotated[int, Field(ge=0, lt=50_000)]

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, 32, 32)


class STL10(Choice):
    """STL-10's 100,000 unlabelled images for training and its 8,000 test images, 96 → `size` pixels."""

    implementation: ClassVar[str] = "pipeline.datasets.stl10:prepare"
    source: ClassVar[str] = "stl10"
    kind: Literal["stl10"]
    size: Literal[48]

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, self.size, self.size)


class TFD(Choice):
    """The Toronto Face Database: its unlabelled images for training, validation and test of one fold."""

    implementation: ClassVar[str] = "pipeline.datasets.tfd:prepare"
    source: ClassVar[str] = "tfd"
    kind: Literal["tfd"]
    fold: Annotated[int, Field(ge=0, le=4)]

    @property
    def shape(self) -> tuple[int, ...]:
        return (1, 48, 48)


class CelebA(Choice):
    """CelebA's aligned faces: the central `crop` pixels of 178×218, antialiased to `size`.

    The label has one factor for each of the `attributes`, by CelebA's names, and, if `yaw_bins` is 3,
    the pose: the nose's distance from the middle between the eyes, along the line from one to the other
    and in units of their distance, is below the first of `yaw_thresholds` (nose towards the left edge of
    the image), between the two, or above the second.
    """

    implementation: ClassVar[str] = "pipeline.datasets.celeba:prepare"
    source: ClassVar[str] = "celeba"
    kind: Literal["celeba"]
    crop: Annotated[int, Field(gt=0, le=178)]
    size: Positive
    attributes: list[str]
    yaw_bins: Literal[0, 3]
    yaw_thresholds: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None

    @model_validator(mode="after")
    def _bins_have_borders(self) -> CelebA:
        if (self.yaw_bins == 3) != (self.yaw_thresholds is not None):
            raise ValueError("yaw_thresholds is [low, high] with yaw_bins 3, and left out with yaw_bins 0")
        if self.yaw_thresholds and self.yaw_thresholds[0] > self.yaw_thresholds[1]:
            raise ValueError("the first of yaw_thresholds must not be more than the second")
        if not (self.attributes or self.yaw_bins):
            raise ValueError("a label needs at least one of attributes or yaw_bins 3")
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, self.size, self.size)

    @property
    def factors(self) -> dict[str, int]:
        return {**dict.fromkeys(self.attributes, 2), **({"yaw": self.yaw_bins} if self.yaw_bins else {})}


class ImageNet(Choice):
    """ILSVRC2012's training images: the shorter side to `size`, antialiased, and the central square."""

    implementation: ClassVar[str] = "pipeline.datasets.imagenet:prepare"
    source: ClassVar[str] = "imagenet"
    kind: Literal["imagenet"]
    size: Positive

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, self.size, self.size)


class ImageNet32(Choice):
    """ILSVRC2012 as released at 32×32, squeezed to a square by a box filter without a crop."""

    implementation: ClassVar[str] = "pipeline.datasets.imagenet32:prepare"
    source: ClassVar[str] = "imagenet32"
    kind: Literal["imagenet32"]

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, 32, 32)


class Folder(Choice):
    """A folder's images: the central `crop` pixels, or the shorter side if that is null, to `size`."""

    implementation: ClassVar[str] = "pipeline.datasets.folder:prepare"
    source: ClassVar[str] = "folder"
    kind: Literal["folder"]
    crop: Positive | None
    size: Positive
    splits: Splits

    @property
    def shape(self) -> tuple[int, ...]:
        return (3, self.size, self.size)


class Mixture(Choice):
    """Equally weighted Gaussians of common deviation `sigma` in [−1, 1]^dim.

    layouts: `spaced` (1-D, equally spaced in [−radius, radius]), `ring` (2-D), `simplex` (3-D, the
    vertices of a tetrahedron scaled by `radius`, the fifth component at the origin), `sphere`
    (3-D, a Fibonacci sphere).
    """

    implementation: ClassVar[str] = "pipeline.datasets.mixture:prepare"
    source: ClassVar[str] = "synthetic"
    kind: Literal["mixture"]
    dim: Literal[1, 2, 3]
    components: Positive
    layout: Literal["spaced", "ring", "simplex", "sphere"]
    radius: Annotated[float, Field(ge=0)]
    sigma: PositiveFloat
    count: Positive
    seed: Seed
    splits: Splits

    @model_validator(mode="after")
    def _layout_fits(self) -> Mixture:
        dims = {"spaced": 1, "ring": 2, "simplex": 3, "sphere": 3}
        if self.dim != dims[self.layout]:
            raise ValueError(f"layout '{self.layout}' needs dim {dims[self.layout]}, not {self.dim}")
        if self.layout == "simplex" and self.components not in (4, 5):
            raise ValueError("layout 'simplex' has 4 components, or 5 with the one at the origin")
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.dim,)


class Cubes(Choice):
    """Two cubic wire frames in 3-D, one inside the other: points uniform along the 24 edges."""

    implementation: ClassVar[str] = "pipeline.datasets.cubes:prepare"
    source: ClassVar[str] = "synthetic"
    kind: Literal["cubes"]
    half_sides: Annotated[list[PositiveFloat], Field(min_length=2, max_length=2)]
    count: Positive
    seed: Seed
    splits: Splits

    @property
    def shape(self) -> tuple[int, ...]:
        return (3,)


class UniformBox(Choice):
    """Uniform[−1, 1] in every coordinate of the given shape: points (d,) or images (C, H, W)."""

    implementation: ClassVar[str] = "pipeline.datasets.uniform:prepare"
    source: ClassVar[str] = "synthetic"
    kind: Literal["uniform"]
    dims: Annotated[list[Positive], Field(min_length=1, max_length=3)]
    count: Positive
    seed: Seed
    splits: Splits

    @model_validator(mode="after")
    def _points_or_images(self) -> UniformBox:
        if len(self.dims) == 2:
            raise ValueError("dims is [d] for points or [channels, height, width] for images")
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.dims)


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


def factors(prepare: Prepare) -> dict[str, int]:
    """What the columns of the labels say: name → number of classes. Empty where they have no names."""
    return dict(getattr(prepare, "factors", {}))


class Classifier(Choice):
    """A small convolutional classifier trained on the data set's own labels.

    `width` is the number of channels of the first layer, `features` the width of the last hidden
    layer, which serves as feature space for FID, KID, precision and recall.
    """

    implementation: ClassVar[str] = "pipeline.networks.classifier"
    kind: Literal["classifier"]
    width: Positive
    features: Positive
    epochs: Positive
    batch: Positive
    lr: PositiveFloat
    seed: Seed


class Coordinates(Choice):
    """For points, and images with nothing to classify: the features are the coordinates themselves."""

    implementation: ClassVar[str] = "pipeline.networks.coordinates"
    kind: Literal["coordinates"]


class Inception(Choice):
    """torch-fidelity's inception-v3-compat.

    Its weights come from the file `weights`, whose sha256 is checked, or are downloaded if that is null.
    """

    implementation: ClassVar[str] = "pipeline.networks.inception"
    kind: Literal["inception"]
    weights: str | None
    sha256: str | None = None


Extractor = Annotated[Classifier | Coordinates | Inception, Field(discriminator="kind")]


class Dataset(Block):
    source: str
    prepare: Prepare
    extractor: Extractor
