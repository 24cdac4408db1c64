"""Metrics as blocks of params.yaml, and what each measures: names, and which way is better.

A new metric is one class here, with its place in the union below, and one file under pipeline/metrics/
that is named like its `kind`, with a function of that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from pipeline.params.base import Choice, Fraction, Positive, PositiveFloat
from pipeline.params.datasets import Cubes, Dataset, Prepare, factors

if TYPE_CHECKING:
    from pipeline.params.experiment import Experiment

Better = Literal["lower", "higher", "neither"]
Names = dict[str, Better]


class Scope(NamedTuple):
    """What the names of a metric may depend on besides its own block: how many samples are drawn of a
    snapshot, the data set, and the dimension of G's input."""

    samples: int
    prepare: Prepare
    latent: int


class Named(Choice):
    """A metric that knows, before anything is computed, what it will be called."""

    def names(self, scope: Scope) -> Names:
        """Each of its measures and which way is better, in the order in which they are reported."""
        raise NotImplementedError


class Fidelity(Named):
    """FID, KID, precision and recall against `count` real examples of the reference split."""

    implementation: ClassVar[str] = "pipeline.metrics.fidelity:fidelity"
    kind: Literal["fidelity"]
    count: Positive
    measures: list[Literal["fid", "kid", "prc"]]

    def names(self, scope: Scope) -> Names:
        names: dict[str, Names] = {
            "fid": {"fid": "lower"},
            "kid": {"kid": "lower"},
            "prc": {"precision": "higher", "recall": "higher"},
        }
        measured = (names[measure].items() for measure in self.measures)
        return {f"{name}{self.count}": better for each in measured for name, better in each}


class InceptionScore(Named):
    """exp E KL(p(y|x) ‖ p(y)) over `groups` independent groups of `size` samples.

    With `real`, also of as many real examples of the reference split, which is what to hold it against.
    """

    implementation: ClassVar[str] = "pipeline.metrics.inception_score:inception_score"
    kind: Literal["inception_score"]
    groups: Positive
    size: Positive
    real: bool = False

    def names(self, scope: Scope) -> Names:
        name = f"is{self.groups}x{self.size}"
        found: Names = {name: "higher", f"{name}_deviation": "neither"}
        of_real: Names = {f"real_{each}": "neither" for each in found} if self.real else {}
        return found | of_real


class Parzen(Named):
    """Parzen-window log-likelihood of the test set, σ chosen on the validation set from `sigmas`."""

    implementation: ClassVar[str] = "pipeline.metrics.parzen:parzen"
    kind: Literal["parzen"]
    samples: Positive
    validation: Positive
    sigma_range: Annotated[list[PositiveFloat], Field(min_length=2, max_length=2)]
    sigmas: Annotated[int, Field(ge=2)]

    def names(self, scope: Scope) -> Names:
        return {f"parzen{self.samples}": "higher", "parzen_se": "neither", "parzen_sigma": "neither"}


class Modes(Named):
    """Modes captured and share of samples near a mode, or near a frame for cubes.

    `radius` counts in deviations of a component; for cubes it is a distance. `pieces` is how many
    parts each edge of a cube is cut into for coverage.
    """

    implementation: ClassVar[str] = "pipeline.metrics.modes:modes"
    kind: Literal["modes"]
    share: PositiveFloat
    radius: PositiveFloat
    pieces: Positive = 10

    def names(self, scope: Scope) -> Names:
        found: Names = {f"modes{scope.samples}": "higher", f"quality{scope.samples}": "higher"}
        of_cubes: Names = {f"coverage{scope.samples}": "higher"}
        return found | of_cubes if isinstance(scope.prepare, Cubes) else found


class Spread(Named):
    """Frozen-noise statistics: deviation of each coordinate over samples, rank of the covariance."""

    implementation: ClassVar[str] = "pipeline.metrics.spread:spread"
    kind: Literal["spread"]

    def names(self, scope: Scope) -> Names:
        return {"std_mean": "neither", "std_min": "neither", "rank": "higher", "effective_rank": "higher"}


class ClassEntropy(Named):
    """Entropy of the classes that the data set's classifier sees in the samples."""

    implementation: ClassVar[str] = "pipeline.metrics.class_entropy:class_entropy"
    kind: Literal["class_entropy"]

    def names(self, scope: Scope) -> Names:
        return {
            f"class_entropy{scope.samples}": "higher",
            f"class_confidence{scope.samples}": "higher",
            f"conditional_entropy{scope.samples}": "lower",
        }


class Factors(Named):
    """The same of each factor of the classes by itself, where an example shows several objects."""

    implementation: ClassVar[str] = "pipeline.metrics.factors:factors"
    kind: Literal["factors"]

    def names(self, scope: Scope) -> Names:
        better: Names = {"entropy": "higher", "confidence": "higher", "conditional_entropy": "lower"}
        return {
            f"factor{place}_{name}{scope.samples}": direction
            for place in range(len(factors(scope.prepare)) or 1)
            for name, direction in better.items()
        }


class LensedFidelity(Named):
    """FID among samples, `count` real examples, and what the tempering makes of these (tempered, C9, C12)."""

    implementation: ClassVar[str] = "pipeline.metrics.lensed_fidelity:lensed_fidelity"
    kind: Literal["lensed_fidelity"]
    count: Positive

    def names(self, scope: Scope) -> Names:
        better: Names = {"fid_lens": "neither", "fid_lensed": "lower", "fid_unlensed": "lower"}
        return {f"{name}{self.count}": direction for name, direction in better.items()}


class SignsFidelity(Named):
    """FID of `count` samples that G makes of independent ±1 inputs in place of the prior's (aan, C5)."""

    implementation: ClassVar[str] = "pipeline.metrics.signs_fidelity:signs_fidelity"
    kind: Literal["signs_fidelity"]
    count: Positive

    def names(self, scope: Scope) -> Names:
        return {f"fid_signs{self.count}": "lower"}


class JensenShannon(Named):
    """JSD between a known 1-D density and the samples' histogram, in nats."""

    implementation: ClassVar[str] = "pipeline.metrics.jensen_shannon:jensen_shannon"
    kind: Literal["jensen_shannon"]
    bins: Positive

    def names(self, scope: Scope) -> Names:
        return {f"jsd{scope.samples}": "lower"}


class DiscriminatorError(Named):
    """Distance of a trained D from p_data/(p_data + p_g) (gan, Eq. 2), for an affine G on a 1-D law."""

    implementation: ClassVar[str] = "pipeline.metrics.discriminator_error:discriminator_error"
    kind: Literal["discriminator_error"]

    def names(self, scope: Scope) -> Names:
        return {
            "discriminator_error_mean": "lower",
            "discriminator_error_max": "lower",
            "value_trained": "higher",
            "value_optimal": "neither",
            "jsd": "lower",
        }


class Cost(Named):
    """What a step costs, counted from the code: multiply-adds, and weights in training."""

    implementation: ClassVar[str] = "pipeline.metrics.cost:cost"
    kind: Literal["cost"]

    def names(self, scope: Scope) -> Names:
        return {"multiply_adds": "lower", "weights": "lower"}


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


class RBMLikelihood(Named):
    """Held-out log-likelihood of RBMs trained on D's frozen features (aan, contribution 3).

    The first value of each list is the centre of the grid; the others replace it one at a time.
    `batch` and `init_std` as in the prior; log Z is estimated by annealed importance sampling with
    `chains` chains over `temperatures` temperatures.
    """

    implementation: ClassVar[str] = "pipeline.metrics.rbm_likelihood:rbm_likelihood"
    # What the experiment's own RBM is called among the labels of the grid's.
    memory: ClassVar[str] = "memory"
    # RBMs with a side of at most so many units are enumerated too, in well under a second.
    enumerable: ClassVar[int] = 16
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

    def names(self, scope: Scope) -> Names:
        found: Names = {"loglik_uniform": "higher", "loglik_bernoulli": "higher"}
        for label in (self.memory, *(point.label for point in self.grid)):
            found |= {f"loglik_{label}": "higher", f"loglik_{label}_error": "lower"}
        enumerated = (point for point in self.grid if min(point.hidden, scope.latent) <= self.enumerable)
        return found | {f"loglik_{point.label}_exact": "higher" for point in enumerated}


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


def metric_names(experiment: Experiment, dataset: Dataset) -> Names:
    """All that an experiment on this data set measures, and which way is better, in the order reported."""
    scope = Scope(experiment.sample.count, dataset.prepare, experiment.train.prior.dim)
    measured = (metric.names(scope).items() for metric in experiment.evaluate.metrics)
    return {name: better for each in measured for name, better in each}
