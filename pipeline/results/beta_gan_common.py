"""What the β-GAN figures share: names of the two methods, τ, β at a snapshot, numbers over seeds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import PipelineError, nearest
from pipeline.gan.schedule import beta_at
from pipeline.params.datasets import Cubes, Dataset, Mixture
from pipeline.params.experiment import Experiment, Train
from pipeline.params.seams import Anneal
from pipeline.results import Evidence
from pipeline.results import figure as style
from pipeline.results.reading import column_like, diverged, finals, metric_like

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ANNEALED = "β-GAN"
PLAIN = "plain GAN"
METHODS = (ANNEALED, PLAIN)
THE = {ANNEALED: "β-GAN", PLAIN: "the plain GAN"}
COLORS = {ANNEALED: style.PALETTE[2], PLAIN: style.PALETTE[3]}


def method(experiment: Experiment) -> str:
    return ANNEALED if isinstance(experiment.train.tempering, Anneal) else PLAIN


def role(evidence: Mapping[str, Evidence], name: str) -> Evidence:
    """The evidence of a role. Raises PipelineError when the result's `uses` has no such role."""
    if name not in evidence:
        raise PipelineError(f"The result needs the role '{name}' under uses; {nearest(name, evidence)}")
    return evidence[name]


def schedule(run: Evidence) -> Anneal:
    """The annealing of an experiment. Raises PipelineError when it has none."""
    tempering = run.experiment.train.tempering
    if not isinstance(tempering, Anneal):
        raise PipelineError(
            f"Experiment '{run.name}' is drawn as β-GAN, but its tempering is '{tempering.kind}': "
            "use kind 'anneal'."
        )
    return tempering


def gradient_evaluations(train: Train, step: int) -> int:
    """τ, the discriminator's and the generator's gradient evaluations up to `step` (beta_gan, Fig. 2)."""
    return step * (train.discriminator_steps + train.generator_steps)


def last_beta(train: Train, step: int) -> float:
    """The β that the networks at `step` were last trained at, before any change at `step` itself."""
    if not isinstance(train.tempering, Anneal):
        return math.inf
    return beta_at(train.tempering, max(step - 1, 0))


def beta_text(beta: float) -> str:
    """β to three figures: 0, 0.1, 5.01, ∞."""
    return "∞" if beta == math.inf else f"{beta:.3g}"


def mode_metric(dataset: Dataset) -> str:
    """Prefix of the metric that counts modes: components of a mixture, covered pieces of cubes' edges."""
    return "coverage" if isinstance(dataset.prepare, Cubes) else "modes"


def components(run: Evidence) -> int:
    """How many Gaussians the data have. Raises PipelineError for data that are no mixture."""
    prepare = run.dataset.prepare
    if not isinstance(prepare, Mixture):
        raise PipelineError(
            f"Experiment '{run.name}' is drawn as a mixture of Gaussians, but its data are '{prepare.kind}'."
        )
    return prepare.components


def at_step(run: Evidence, prefix: str, step: int) -> dict[int, float]:
    """Seed → the metric `prefix<protocol>` at a snapshot; NaN for a seed that diverged before it."""
    curves = run.curves
    values = dict.fromkeys(run.experiment.seeds, math.nan)
    if not curves:
        return values
    column = curves[column_like(curves, prefix)]
    for seed in values:
        here = column[(curves["seed"] == seed) & (curves["step"] == step)]
        if len(here):
            values[seed] = float(here[0])
    return values


def mean_deviation(values: Iterable[float | None]) -> tuple[float | None, float | None]:
    """Mean and sample deviation of the values that are there; None where too few are."""
    known = np.array([value for value in values if value is not None and math.isfinite(value)])
    mean = float(known.mean()) if len(known) else None
    return mean, float(known.std(ddof=1)) if len(known) > 1 else None


def rounded(value: float | None, digits: int = 4) -> float | None:
    """A value for a table; None where there is none."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits)


def listed(values: Iterable[float | None], digits: int) -> str:
    """The values of all seeds in one cell, a dash for a seed that diverged."""
    return " ".join("–" if v is None or not math.isfinite(v) else f"{v:.{digits}f}" for v in values)


def summary(run: Evidence) -> dict[str, Any]:
    """Modes and quality at the last step as cells of a table: mean, deviation, and every seed's value."""
    row: dict[str, Any] = {
        "method": method(run.experiment),
        "seeds": len(run.experiment.seeds),
        "diverged": len(diverged(run)),
    }
    for name, digits in (("modes", 0), ("quality", 3)):
        values = finals(run, metric_like(run, name)).values()
        mean, deviation = mean_deviation(values)
        row |= {
            f"{name}_mean": rounded(mean),
            f"{name}_sd": rounded(deviation),
            f"{name}_by_seed": listed(values, digits),
        }
    return row


def common_legend(figure: Figure, axes: np.ndarray) -> None:
    """The legend of the first panel that has one, under all of them; none where every run diverged."""
    labelled = [axis for axis in axes.flat if axis.get_legend_handles_labels()[1]]
    if labelled:
        style.legend_below(figure, labelled[0])
