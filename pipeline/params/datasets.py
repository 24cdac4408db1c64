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
    Digits | ColorDigits | Patches | MNIST | Mixture | Cubes | UniformBox,
    Field(discriminator="kind"),
]


class Classifier(Choice):
    """A small convolutional classifier trained on the data set's own labels.

    `width` is the number of channels of the first layer, `features` the width of the last hidden
    layer, which serves as feature space for FID, KID, precision and recall.
    """

    implementation: ClassVar[str] = "pipeline.networks.classifier:fit"
    kind: Literal["classifier"]
    width: Positive
    features: Positive
    epochs: Positive
    batch: Positive
    lr: PositiveFloat
    seed: Seed


class Coordinates(Choice):
    """For points, and images with nothing to classify: the features are the coordinates themselves."""

    implementation: ClassVar[str] = "pipeline.networks.coordinates:fit"
    kind: Literal["coordinates"]


class Inception(Choice):
    """torch-fidelity's inception-v3-compat.

    Its weights come from the file `weights`, whose sha256 is checked, or are downloaded if that is null.
    """

    implementation: ClassVar[str] = "pipeline.networks.inception:fit"
    kind: Literal["inception"]
    weights: str | None
    sha256: str | None = None


Extractor = Annotated[Classifier | Coordinates | Inception, Field(discriminator="kind")]


class Dataset(Block):
    source: str
    prepare: Prepare
    extractor: Extractor
