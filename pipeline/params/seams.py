"""The four seams of the trainer as blocks of params.yaml: objective, prior, tempering, guidance.

A new implementation is one class here, with its place in the union below it, and one file under
pipeline/gan/ that is named like its `kind`: the graphs take that file as a dependency of the runs
that use it, so that adding a method reruns nothing.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.params.base import Choice, NonNegative, Positive, PositiveFloat
from pipeline.params.networks import Optimizer


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


Tempering = Annotated[NoTempering | Anneal, Field(discriminator="kind")]


class NoGuidance(Choice):
    """G learns from D's output alone."""

    implementation: ClassVar[str] = "pipeline.gan.guidance.none:NoGuidance"
    kind: Literal["none"]


Guidance = NoGuidance
