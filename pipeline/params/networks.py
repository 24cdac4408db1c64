"""Networks, initialisations and optimisers as blocks of params.yaml."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.params.base import Activation, Block, Choice, Fraction, NonNegative, Positive, PositiveFloat


class DefaultInit(Block):
    """What torch does by itself."""

    kind: Literal["default"]


class NormalInit(Block):
    """Weights N(0, std²), zero biases; batch-norm scales N(1, std²)."""

    kind: Literal["normal"]
    std: PositiveFloat


class UniformInit(Block):
    """Weights U(−bound, bound), zero biases."""

    kind: Literal["uniform"]
    bound: PositiveFloat


class XavierInit(Block):
    """Glorot's uniform law, zero biases."""

    kind: Literal["xavier"]


Init = Annotated[DefaultInit | NormalInit | UniformInit | XavierInit, Field(discriminator="kind")]


class FeatureLayer(Block):
    """A fully connected layer before the head, whose output serves as D's features."""

    width: Positive
    activation: Activation


class DiscriminatorBlock(Choice):
    """What every discriminator may add to its trunk: a feature layer, and hidden layers of its head.

    Without a feature layer the trunk's last activations are the features; the head's hidden layers
    are leaky ReLU.
    """

    features: FeatureLayer | None = None
    head: list[Positive] = Field(default_factory=list)


class MLPGenerator(Choice):
    """Fully connected layers of the given widths, then a linear layer and `output`.

    `last` is the activation of the last hidden layer, where it is another than that of the others.
    """

    implementation: ClassVar[str] = "pipeline.networks.mlp"
    kind: Literal["mlp"]
    hidden: Annotated[list[Positive], Field(min_length=1)]
    activation: Activation
    last: Activation | None = None
    batch_norm: bool = False
    output: Activation = "linear"
    init: Init = DefaultInit(kind="default")


class MLPDiscriminator(DiscriminatorBlock):
    """Fully connected layers of the given widths."""

    implementation: ClassVar[str] = "pipeline.networks.mlp"
    kind: Literal["mlp"]
    hidden: Annotated[list[Positive], Field(min_length=1)]
    activation: Activation
    batch_norm: bool = False
    init: Init = DefaultInit(kind="default")


class Maxout(DiscriminatorBlock):
    """Discriminator of maxout layers with dropout."""

    implementation: ClassVar[str] = "pipeline.networks.maxout"
    kind: Literal["maxout"]
    units: Annotated[list[Positive], Field(min_length=1)]
    pieces: Positive
    dropout_input: Fraction
    dropout_hidden: Fraction
    init: Init = DefaultInit(kind="default")


class DCGANGenerator(Choice):
    """From a 4×4 map (7×7 at 28 pixels) up by fractional strides.

    `channels` is the width next to the image; it doubles with every halving of the side.
    """

    implementation: ClassVar[str] = "pipeline.networks.dcgan"
    sides: ClassVar[tuple[int, ...]] = (16, 28, 32, 64)
    kind: Literal["dcgan"]
    channels: Positive
    kernel: Literal[4, 5]
    batch_norm: bool = True
    output: Activation = "tanh"
    init: Init = NormalInit(kind="normal", std=0.02)


class DCGANDiscriminator(DiscriminatorBlock):
    """Strided convolutions: the generator's mirror image at stride 2; stride 5 is that of aan, Sec. 6.1."""

    implementation: ClassVar[str] = "pipeline.networks.dcgan"
    sides: ClassVar[tuple[int, ...]] = (16, 28, 32, 64)
    kind: Literal["dcgan"]
    channels: Positive
    kernel: Literal[4, 5]
    stride: Literal[2, 5] = 2
    batch_norm: bool = True
    init: Init = NormalInit(kind="normal", std=0.02)


class Conv3Generator(Choice):
    """3×3 convolutions, two to every doubling of the side, from a 4×4 map (6×6 for 48 pixels, 7×7 for 28).

    `channels` is the width next to the image; it doubles towards the latents.
    """

    implementation: ClassVar[str] = "pipeline.networks.conv3"
    sides: ClassVar[tuple[int, ...]] = (16, 28, 32, 48)
    kind: Literal["conv3"]
    channels: Positive
    output: Activation = "tanh"
    init: Init = NormalInit(kind="normal", std=0.02)


class Conv3Discriminator(DiscriminatorBlock):
    """The generator's mirror image; `last` is the activation of the last convolution, whose units are
    the features where there is no feature layer."""

    implementation: ClassVar[str] = "pipeline.networks.conv3"
    sides: ClassVar[tuple[int, ...]] = (16, 28, 32, 48)
    kind: Literal["conv3"]
    channels: Positive
    last: Activation
    init: Init = NormalInit(kind="normal", std=0.02)


class Affine(Choice):
    """The generator x = shift + scale·z, whose law is known in closed form."""

    implementation: ClassVar[str] = "pipeline.networks.affine"
    kind: Literal["affine"]
    shift: float
    scale: PositiveFloat


Generator = Annotated[MLPGenerator | DCGANGenerator | Conv3Generator | Affine, Field(discriminator="kind")]
Discriminator = Annotated[
    MLPDiscriminator | Maxout | DCGANDiscriminator | Conv3Discriminator, Field(discriminator="kind")
]


class Networks(Block):
    generator: Generator
    discriminator: Discriminator


class Adam(Choice):
    implementation: ClassVar[str] = "pipeline.gan.optimizers:Adam"
    kind: Literal["adam"]
    lr: PositiveFloat
    beta1: Fraction = 0.5
    beta2: Fraction = 0.999


class RMSProp(Choice):
    implementation: ClassVar[str] = "pipeline.gan.optimizers:RMSProp"
    kind: Literal["rmsprop"]
    lr: PositiveFloat
    decay: Fraction = 0.9


class SGD(Choice):
    """Gradient descent with momentum.

    The rate is divided by `lr_divisor` at every update and stays at `lr_minimum`; momentum goes
    linearly from `momentum` to `momentum_final` over `momentum_steps` updates.
    """

    implementation: ClassVar[str] = "pipeline.gan.optimizers:SGD"
    kind: Literal["sgd"]
    lr: PositiveFloat
    momentum: Fraction = 0.0
    momentum_final: Fraction | None = None
    momentum_steps: NonNegative = 0
    lr_divisor: Annotated[float, Field(ge=1)] = 1.0
    lr_minimum: Annotated[float, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _momentum_has_a_ramp(self) -> SGD:
        if self.momentum_final is not None and self.momentum_steps == 0:
            raise ValueError("momentum_final needs momentum_steps > 0, the length of its ramp")
        return self


Optimizer = Annotated[Adam | RMSProp | SGD, Field(discriminator="kind")]


class Optimizers(Block):
    generator: Optimizer
    discriminator: Optimizer
