"""Experiments and results as blocks of params.yaml."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from pipeline.params.base import Block, NonNegative, Positive, PositiveFloat, Seed
from pipeline.params.concepts import Concepts
from pipeline.params.metrics import Metric, RBMLikelihood
from pipeline.params.networks import Networks, Optimizers
from pipeline.params.seams import RBM, Anneal, Guidance, Lens, Objective, Prior, Tempering
from pipeline.params.text import Line


class Train(Block):
    """One run of the trainer. A step is `discriminator_steps` updates of D, then `generator_steps` of G.

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

    @model_validator(mode="after")
    def _batch_norm_has_a_batch(self) -> Train:
        used = [
            f"networks.{name}"
            for name, network in (
                ("generator", self.networks.generator),
                ("discriminator", self.networks.discriminator),
            )
            if network.kind == "conv3" or getattr(network, "batch_norm", False)
        ] + (["guidance.denoiser"] if self.guidance.kind == "denoising" else [])
        if self.batch == 1 and used:
            raise ValueError(
                f"batch: 1 leaves the batch norm of {used[0]} nothing to take a mean of: use batch: 2 or "
                "more, or networks without batch norm"
            )
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
    the prior's chains, D's features, and arithmetic and turn vectors on picked latents.

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
    concepts: Concepts | None = None

    @model_validator(mode="after")
    def _grid_has_a_range(self) -> Sample:
        if (self.grid is None) != (self.grid_range is None):
            raise ValueError("grid and grid_range belong together: give both or neither")
        return self


class Evaluate(Block):
    """Metrics of every snapshot. `headline` is the metric that ranks snapshots and `dvc plots` shows.

    `every_snapshot: false` evaluates the last one only. `panel` is how many samples of every
    snapshot are kept for figures.
    """

    metrics: list[Metric]
    headline: str
    reference: Literal["train", "validation", "test"]
    every_snapshot: bool
    panel: NonNegative


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


class Used(Block):
    """What a result or claim of a paper uses: `uses` maps the roles that its function knows to experiments,
    `studies` to studies. Its paper and id are those it stands under."""

    section: ClassVar[str]
    studies: dict[str, str] = Field(default_factory=dict)
    settings: dict[str, int | float | str | list[int] | list[float] | list[str]] = Field(default_factory=dict)
    _place: tuple[str, str] = PrivateAttr(default=("", ""))

    @property
    def paper(self) -> str:
        return self._place[0]

    @property
    def id(self) -> str:
        return self._place[1]

    @property
    def path(self) -> str:
        """Where it stands in params.yaml."""
        return f"papers.{self.paper}.{self.section}.{self.id}"

    def of(self, paper: str, name: str) -> Self:
        """The block itself, told where it stands."""
        self._place = paper, name
        return self


class Result(Used):
    """One figure or table. A role is played by one experiment."""

    section = "results"
    uses: dict[str, str] = Field(default_factory=dict)


class Claim(Used):
    """One claim put to the test. A role is played by one experiment or more."""

    section = "claims"
    uses: dict[str, str | list[str]] = Field(default_factory=dict)

    def experiments(self, role: str) -> list[str]:
        """The experiments of a role."""
        used = self.uses[role]
        return [used] if isinstance(used, str) else used


class Paper(Block):
    """What a suite makes of a paper: results and claims by id. `waiting` lists the results that it does not
    make, `untested` the claims that it cannot test, with the reason."""

    results: dict[str, Result] = Field(default_factory=dict)
    claims: dict[str, Claim] = Field(default_factory=dict)
    waiting: dict[str, Line] = Field(default_factory=dict)
    untested: dict[str, Line] = Field(default_factory=dict)
