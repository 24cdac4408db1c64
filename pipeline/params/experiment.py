"""Experiments and results as blocks of params.yaml."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from pipeline.params.base import Block, Choice, Fraction, NonNegative, Positive, PositiveFloat, Seed
from pipeline.params.concepts import Concepts
from pipeline.params.networks import Networks, Optimizers
from pipeline.params.seams import RBM, Anneal, Guidance, Lens, Objective, Prior, Tempering
from pipeline.params.text import Line, Title


class Train(Block):
    """One run of the trainer. A step is one generator update (or one iteration, if G is fixed).

    `range` is the interval that uint8 pixels 0 … 255 are mapped to; points are left as they are.
    `snapshots` are the steps at which the networks are kept; the last step is always among them.
    """

    networks: Networks
    objective: Objective
    prior: Prior
    tempering: Tempering
    guidance: Guidance
    update: Literal["alternating", "simultaneous"]
    discriminator_steps: Positive
    generator_steps: NonNegative
    optimizers: Optimizers
    batch: Positive
    steps: Positive
    snapshots: list[NonNegative]
    range: Annotated[list[float], Field(min_length=2, max_length=2)]
    log_every: Positive
    checkpoint_seconds: PositiveFloat
    threads: Positive

    @model_validator(mode="after")
    def _consistent(self) -> Train:
        if self.range[0] >= self.range[1]:
            raise ValueError(f"range must be [low, high] with low < high, not {self.range}")
        if any(step > self.steps for step in self.snapshots):
            raise ValueError(
                f"snapshots name step {max(self.snapshots)}, but the run ends at steps: {self.steps}"
            )
        if self.update == "simultaneous" and (self.discriminator_steps, self.generator_steps) != (1, 1):
            raise ValueError("update: simultaneous needs discriminator_steps: 1 and generator_steps: 1")
        if isinstance(self.tempering, Anneal) and self.tempering.annealing_steps > self.steps:
            raise ValueError(
                f"tempering takes {self.tempering.annealing_steps} steps before β = ∞, "
                f"but the run ends at steps: {self.steps}"
            )
        if isinstance(self.tempering, Lens) and (self.tempering.schedule_steps or 0) > self.steps:
            raise ValueError(
                f"tempering takes {self.tempering.schedule_steps} steps before λ = 0, but the run ends at "
                f"steps: {self.steps}; set schedule_steps: null for a fixed λ"
            )
        if isinstance(self.prior, RBM):
            self._features_fit(self.prior)
        return self

    def _features_fit(self, prior: RBM) -> None:
        """An RBM's visible units are D's features."""
        layer = self.networks.discriminator.features
        if layer is None or layer.width != prior.dim:
            state = "has none" if layer is None else f"has width {layer.width}"
            raise ValueError(
                f"prior 'rbm' has dim: {prior.dim} visible units, which are D's features, but "
                f"networks.discriminator.features {state}: give it width {prior.dim}"
            )
        if prior.visible == "binary" and layer.activation != "tanh":
            raise ValueError(
                "prior 'rbm' with binary visibles takes features in [−1, 1], but "
                f"networks.discriminator.features has activation '{layer.activation}': use tanh, or "
                "visible: gaussian"
            )

    @property
    def snapshot_steps(self) -> list[int]:
        return sorted({*self.snapshots, self.steps})


class Paths(Block):
    """Straight lines between pairs of latents, decoded at equal distances."""

    pairs: Positive
    points: Annotated[int, Field(ge=2)]


class Gibbs(Block):
    """The prior's Markov chains from D's features of `chains` real test examples, decoded at each of
    `steps` steps."""

    chains: Positive
    steps: Positive


class Features(Block):
    """D's features of the first so many real examples of two splits, and the prior's weights."""

    train: Positive
    test: Positive


class Sample(Block):
    """What is drawn from each snapshot: `count` samples; for the last one also decoded latent paths,
    the prior's chains, and D's features.

    Images are rounded to uint8 unless `float32` is asked for. In one dimension the discriminator's
    output is recorded on a grid of `grid` points over the given interval. `shown` asks for what the
    tempering makes of that many real examples of the reference split; `signs` for so many samples, of
    the last snapshot, from independent ±1 inputs.
    """

    count: Positive
    dtype: Literal["uint8", "float32"]
    paths: Paths | None = None
    grid: Annotated[int, Field(ge=2)] | None = None
    grid_range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    shown: Positive | None = None
    signs: Positive | None = None
    gibbs: Gibbs | None = None
    features: Features | None = None

    @model_validator(mode="after")
    def _grid_has_a_range(self) -> Sample:
        if (self.grid is None) != (self.grid_range is None):
            raise ValueError("grid and grid_range belong together: give both or neither")
        return self


class Fidelity(Choice):
    """FID, KID, precision and recall against `count` real examples of the reference split."""

    implementation = "pipeline.metrics.fidelity:fidelity"
    kind: Literal["fidelity"]
    count: Positive
    measures: list[Literal["fid", "kid", "prc"]]


class InceptionScore(Choice):
    """exp E KL(p(y|x) ‖ p(y)) over `groups` independent groups of `size` samples.

    With `real`, also of as many real examples of the reference split, which is what to hold it against.
    """

    implementation = "pipeline.metrics.fidelity:inception_score"
    kind: Literal["inception_score"]
    groups: Positive
    size: Positive
    real: bool = False


class Parzen(Choice):
    """Parzen-window log-likelihood of the test set, σ chosen on the validation set from `sigmas`."""

    implementation = "pipeline.metrics.parzen:parzen"
    kind: Literal["parzen"]
    samples: Positive
    validation: Positive
    sigma_range: Annotated[list[PositiveFloat], Field(min_length=2, max_length=2)]
    sigmas: Annotated[int, Field(ge=2)]


class Modes(Choice):
    """Modes captured and share of samples near a mode, or near a frame for cubes.

    `radius` counts in deviations of a component; for cubes it is a distance. `pieces` is how many
    parts each edge of a cube is cut into for coverage.
    """

    implementation = "pipeline.metrics.modes:modes"
    kind: Literal["modes"]
    share: PositiveFloat
    radius: PositiveFloat
    pieces: Positive = 10


class Spread(Choice):
    """Frozen-noise statistics: deviation of each coordinate over samples, rank of the covariance."""

    implementation = "pipeline.metrics.statistics:spread"
    kind: Literal["spread"]


class ClassEntropy(Choice):
    """Entropy of the classes that the data set's classifier sees in the samples."""

    implementation = "pipeline.metrics.statistics:class_entropy"
    kind: Literal["class_entropy"]


class Factors(Choice):
    """The same of each factor of the classes by itself, where an example shows several objects."""

    implementation = "pipeline.metrics.statistics:factors"
    kind: Literal["factors"]


class LensedFidelity(Choice):
    """FID among samples, `count` real examples, and what the tempering makes of these (tempered, C9, C12)."""

    implementation = "pipeline.metrics.lensed:lensed_fidelity"
    kind: Literal["lensed_fidelity"]
    count: Positive


class SignsFidelity(Choice):
    """FID of `count` samples that G makes of independent ±1 inputs in place of the prior's (aan, C5)."""

    implementation = "pipeline.metrics.fidelity:signs_fidelity"
    kind: Literal["signs_fidelity"]
    count: Positive


class JensenShannon(Choice):
    """JSD between a known 1-D density and the samples' histogram, in nats."""

    implementation = "pipeline.metrics.divergence:jensen_shannon"
    kind: Literal["jensen_shannon"]
    bins: Positive


class DiscriminatorError(Choice):
    """Distance of a trained D from p_data/(p_data + p_g) (gan, Eq. 2), for an affine G on a 1-D law."""

    implementation = "pipeline.metrics.divergence:discriminator_error"
    kind: Literal["discriminator_error"]


class Cost(Choice):
    """What a step costs, counted from the code: multiply-adds, and weights in training."""

    implementation = "pipeline.metrics.cost:cost"
    kind: Literal["cost"]


class RBMSetting(NamedTuple):
    """How an RBM is trained: hidden units, k of CD-k, rate and momentum of its descent, epochs."""

    hidden: int
    gibbs: int
    lr: float
    momentum: float
    epochs: int

    @property
    def label(self) -> str:
        """Part of a metric's name, such as h100_k2_lr0.001_m0.8_e20."""
        return f"h{self.hidden}_k{self.gibbs}_lr{self.lr:g}_m{self.momentum:g}_e{self.epochs}"


class RBMLikelihood(Choice):
    """Held-out log-likelihood of RBMs trained on D's frozen features (aan, contribution 3).

    The first value of each list is the centre of the grid; the others replace it one at a time.
    `batch` and `init_std` as in the prior; log Z is estimated by annealed importance sampling with
    `chains` chains over `temperatures` temperatures.
    """

    implementation = "pipeline.metrics.rbm_likelihood:rbm_likelihood"
    kind: Literal["rbm_likelihood"]
    hidden: Annotated[list[Positive], Field(min_length=1)]
    gibbs: Annotated[list[Positive], Field(min_length=1)]
    lr: Annotated[list[PositiveFloat], Field(min_length=1)]
    momentum: Annotated[list[Fraction], Field(min_length=1)]
    epochs: Annotated[list[Positive], Field(min_length=1)]
    batch: Positive
    init_std: PositiveFloat
    chains: Annotated[int, Field(ge=2)]
    temperatures: Positive

    @property
    def grid(self) -> list[RBMSetting]:
        """The centre, then each other value of each list in turn."""
        lists = {name: getattr(self, name) for name in RBMSetting._fields}
        centre = RBMSetting(**{name: values[0] for name, values in lists.items()})
        moved = [centre._replace(**{name: v}) for name, values in lists.items() for v in values[1:]]
        return [centre, *moved]


Metric = Annotated[
    Fidelity
    | InceptionScore
    | Parzen
    | Modes
    | Spread
    | ClassEntropy
    | Factors
    | LensedFidelity
    | SignsFidelity
    | JensenShannon
    | DiscriminatorError
    | Cost
    | RBMLikelihood,
    Field(discriminator="kind"),
]


class Evaluate(Block):
    """Metrics of every snapshot. `headline` is the metric that ranks snapshots and `dvc plots` shows.

    `every_snapshot: false` evaluates the last one only. `panel` is how many samples of every
    snapshot are kept for figures. `concepts` are arithmetic and turn vectors on the last one's latents.
    """

    metrics: Annotated[list[Metric], Field(min_length=1)]
    headline: str
    reference: Literal["train", "validation", "test"]
    every_snapshot: bool
    panel: NonNegative
    concepts: Concepts | None = None


class Experiment(Block):
    paper: str
    dataset: str
    seeds: Annotated[list[Seed], Field(min_length=1)]
    train: Train
    sample: Sample
    evaluate: Evaluate

    @model_validator(mode="after")
    def _seeds_differ(self) -> Experiment:
        if len(set(self.seeds)) != len(self.seeds):
            raise ValueError(f"seeds are listed twice: {self.seeds}")
        return self

    @model_validator(mode="after")
    def _chains_need_an_rbm(self) -> Experiment:
        wanted = [
            name
            for name, asked in (
                ("sample.gibbs", self.sample.gibbs is not None),
                ("metric 'rbm_likelihood'", any(isinstance(m, RBMLikelihood) for m in self.evaluate.metrics)),
            )
            if asked and not isinstance(self.train.prior, RBM)
        ]
        if wanted:
            raise ValueError(f"{wanted[0]} needs train.prior of kind 'rbm', not '{self.train.prior.kind}'")
        return self


class Result(Block):
    """One figure or table. `uses` maps the role that the drawing function knows to an experiment."""

    paper: str
    id: str
    kind: Literal["figures", "tables"]
    uses: dict[str, str]
    settings: dict[str, int | float | str | list[int] | list[float] | list[str]]


class Claim(Block):
    """One claim put to the test. `uses` maps the roles that its function knows to one experiment or more."""

    paper: str
    id: str
    uses: dict[str, str | list[str]]
    settings: dict[str, int | float | str | list[int] | list[float] | list[str]]

    def experiments(self, role: str) -> list[str]:
        """The experiments of a role."""
        used = self.uses[role]
        return [used] if isinstance(used, str) else used


class Paper(Block):
    """A document; `waiting` lists the results that this suite does not make, `untested` the claims that it
    cannot test, with the reason."""

    title: Title
    authors: Title
    year: Positive
    waiting: dict[str, Line]
    untested: dict[str, Line] = Field(default_factory=dict)
