"""Experiments and results as blocks of params.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.params.base import Block, NonNegative, Positive, PositiveFloat, Seed
from pipeline.params.concepts import Concepts
from pipeline.params.metrics import Metric, RBMLikelihood
from pipeline.params.networks import Networks, Optimizers
from pipeline.params.seams import RBM, Anneal, Guidance, Lens, Objective, Prior, Tempering
from pipeline.params.text import Line, Title


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


class Result(Block):
    """One figure or table. `uses` maps the roles that the drawing function knows to experiments, `studies` to
    studies."""

    paper: str
    id: str
    kind: Literal["figures", "tables"]
    uses: dict[str, str]
    studies: dict[str, str] = Field(default_factory=dict)
    settings: dict[str, int | float | str | list[int] | list[float] | list[str]]


class Claim(Block):
    """One claim put to the test. `uses` maps the roles that its function knows to one experiment or more,
    `studies` to a study."""

    paper: str
    id: str
    uses: dict[str, str | list[str]]
    studies: dict[str, str] = Field(default_factory=dict)
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
