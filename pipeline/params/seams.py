"""The four seams of the trainer as blocks of params.yaml: objective, prior, tempering, guidance.

A new implementation is one class here, with its place in the union below it, and one file under
pipeline/gan/ that is named like its `kind`: the graphs take that file as a dependency of the runs
that use it, so that adding a method reruns nothing.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.params.base import Block, Choice, NonNegative, Positive, PositiveFloat
from pipeline.params.networks import Init, Optimizer


class Saturating(Choice):
    """G descends log(1 − D(G(z))) (gan, Eq. 1; beta_gan, Algorithm 1)."""

    implementation: ClassVar[str] = "pipeline.gan.objective.saturating:Saturating"
    kind: Literal["saturating"]
    discriminator_weight: PositiveFloat = 1.0


class NonSaturating(Choice):
    """G ascends log D(G(z)) (gan, "in practice")."""

    implementation: ClassVar[str] = "pipeline.gan.objective.non_saturating:NonSaturating"
    kind: Literal["non_saturating"]
    discriminator_weight: PositiveFloat = 1.0


class LeastSquares(Choice):
    """Squared distance of D's output to 0 and 1 (tempered, Eq. 1–3), with or without a sigmoid on D."""

    implementation: ClassVar[str] = "pipeline.gan.objective.least_squares:LeastSquares"
    kind: Literal["least_squares"]
    output: Literal["linear", "sigmoid"]


class WassersteinGP(Choice):
    """Wasserstein critic with gradient penalty (tempered, Eq. 4–6)."""

    implementation: ClassVar[str] = "pipeline.gan.objective.wasserstein_gp:WassersteinGP"
    kind: Literal["wasserstein_gp"]
    penalty: PositiveFloat


Objective = Annotated[Saturating | NonSaturating | LeastSquares | WassersteinGP, Field(discriminator="kind")]


class Uniform(Choice):
    """z ~ U(−bound, bound)^dim."""

    implementation: ClassVar[str] = "pipeline.gan.prior.uniform:Uniform"
    kind: Literal["uniform"]
    dim: Positive
    bound: PositiveFloat = 1.0


class Normal(Choice):
    """z ~ N(0, I)."""

    implementation: ClassVar[str] = "pipeline.gan.prior.normal:Normal"
    kind: Literal["normal"]
    dim: Positive


class RBM(Choice):
    """An RBM over D's features, trained with them by contrastive divergence (aan, Sec. 4–6).

    dim: visible units, the width of D's feature layer. data: ±1 visibles are draws with the features as
    means, or those means themselves; Gaussian visibles are the features. gibbs: steps of the chain from
    the data to G's input, the k of CD-k. output: G's input is the chain's last visible state, or its
    mean given the hidden one. init_std: of the weights; biases start at zero. burn_in: steps of the
    chains that make samples without data.
    """

    implementation: ClassVar[str] = "pipeline.gan.prior.rbm:AssociativeMemory"
    kind: Literal["rbm"]
    dim: Positive
    hidden: Positive
    visible: Literal["binary", "gaussian"]
    data: Literal["draws", "means"] = "draws"
    gibbs: Positive
    output: Literal["samples", "means"] = "samples"
    optimizer: Optimizer
    init_std: PositiveFloat = 0.01
    burn_in: Positive


Prior = Annotated[Uniform | Normal | RBM, Field(discriminator="kind")]


class NoTempering(Choice):
    """D is shown the data as they are."""

    implementation: ClassVar[str] = "pipeline.gan.tempering.none:NoTempering"
    kind: Literal["none"]


class Anneal(Choice):
    """Data heated to inverse temperature β, from uniform to raw data (beta_gan, Algorithm 1).

    `uniform_steps` at β = 0, then `stages` temperatures of `stage_steps` each at
    β_k = first·α^k with α = (last/first)^(1/stages), k = 0 … stages − 1 (one more stage at `last`
    if `include_last`), then β = ∞ for the rest of the run.
    """

    implementation: ClassVar[str] = "pipeline.gan.tempering.anneal:Anneal"
    kind: Literal["anneal"]
    beta_first: PositiveFloat
    beta_last: PositiveFloat
    stages: Positive
    uniform_steps: NonNegative
    stage_steps: NonNegative
    include_last: bool = False
    box: Literal["reflect", "clip", "rescale"]
    full_support: bool = True

    @property
    def temperatures(self) -> int:
        """How many finite, positive inverse temperatures the schedule visits."""
        return self.stages + self.include_last

    @property
    def annealing_steps(self) -> int:
        """Steps before β = ∞."""
        return self.uniform_steps + self.temperatures * self.stage_steps


class Lens(Choice):
    """Data seen through a network that makes them look generated (tempered, Sec. 2 and A.3).

    The lens has `blocks` residual blocks of `width` channels between its first and its last layer; its
    convolutions are `kernel` pixels wide. Its loss is λ·L_A + L_R. λ goes from `weight` to 0 in
    `schedule_steps` steps (K of Eq. 7) and stays there; without them it is fixed. L_R sums or averages
    over pixels and channels, as `reconstruction` says, which changes what λ weighs by their number.
    """

    implementation: ClassVar[str] = "pipeline.gan.tempering.lens:Lens"
    kind: Literal["lens"]
    width: Positive
    blocks: NonNegative
    kernel: Literal[1, 3, 5]
    init: Init
    weight: Annotated[float, Field(ge=0)]
    schedule_steps: Positive | None
    reconstruction: Literal["sum", "mean"]
    optimizer: Optimizer


Tempering = Annotated[NoTempering | Anneal | Lens, Field(discriminator="kind")]


class NoGuidance(Choice):
    """G learns from D's output alone."""

    implementation: ClassVar[str] = "pipeline.gan.guidance.none:NoGuidance"
    kind: Literal["none"]


class FullyConnected(Block):
    """A denoiser of `depth` hidden layers of `width` units each."""

    kind: Literal["fully_connected"]
    depth: Positive
    width: Positive


class Convolutional(Block):
    """A denoiser of `depth` hidden layers of `channels` each, `kernel` wide.

    It reads D's features as the map [channels, height, width] that they were flattened from. Units of a
    fully connected feature layer have no order, so the map [1, 1, width] means a convolution along an
    arbitrary one.
    """

    kind: Literal["convolutional"]
    depth: Positive
    channels: Positive
    kernel: Literal[3, 5]
    map: Annotated[list[Positive], Field(min_length=3, max_length=3)]


Denoiser = Annotated[FullyConnected | Convolutional, Field(discriminator="kind")]


class Denoising(Choice):
    """Denoising feature matching (dfm, Eq. 4 and 5).

    G's loss gains `weight` times the mean squared distance per feature of D's features to their
    denoised version, which is λ_denoise = weight/n_h. With `weight: 0` the denoiser is trained, and
    nothing else changes. The corruption's deviation goes linearly from `sigma` to `sigma_final` over
    `sigma_steps` updates.
    """

    implementation: ClassVar[str] = "pipeline.gan.guidance.denoising:Denoising"
    kind: Literal["denoising"]
    weight: Annotated[float, Field(ge=0)]
    sigma: PositiveFloat
    sigma_final: Annotated[float, Field(ge=0)] | None = None
    sigma_steps: NonNegative = 0
    denoiser: Denoiser
    optimizer: Optimizer

    @model_validator(mode="after")
    def _sigma_has_a_ramp(self) -> Denoising:
        if self.sigma_final is not None and self.sigma_steps == 0:
            raise ValueError("sigma_final needs sigma_steps > 0, the length of its ramp")
        return self


class FeatureMatching(Choice):
    """G's loss gains `weight` times the squared distance of the mean features (dfm, Eq. 10)."""

    implementation: ClassVar[str] = "pipeline.gan.guidance.feature_matching:FeatureMatching"
    kind: Literal["feature_matching"]
    weight: PositiveFloat


Guidance = Annotated[NoGuidance | Denoising | FeatureMatching, Field(discriminator="kind")]
