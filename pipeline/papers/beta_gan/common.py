"""What the β-GAN figures share: names of the two methods, τ, β at a snapshot, numbers and dots over seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.figures import style
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import diverged, finals, listed, mean_deviation, metric_like, rounded
from pipeline.params.datasets import Cubes, Dataset, Mixture
from pipeline.params.experiment import Experiment
from pipeline.params.seams import Anneal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ANNEALED = "β-GAN"
PLAIN = "plain GAN"
METHODS = (ANNEALED, PLAIN)
THE = {ANNEALED: "β-GAN", PLAIN: "the plain GAN"}
COLORS = {ANNEALED: style.PALETTE[2], PLAIN: style.PALETTE[3]}


def method(experiment: Experiment) -> str:
    return ANNEALED if isinstance(experiment.train.tempering, Anneal) else PLAIN


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


def draw_dots(
    axis: Axes,
    places: Sequence[float] | np.ndarray,
    cells: Sequence[Sequence[float | None]],
    name: str,
    *,
    width: float,
) -> None:
    """For every place the values of all seeds as dots side by side, and their mean ± one deviation.

    A diverged seed is a cross at the foot of the panel.
    """
    color = COLORS[name]
    for number, (place, cell) in enumerate(zip(places, cells, strict=True)):
        beside = place + (np.linspace(-width, width, len(cell)) if len(cell) > 1 else np.zeros(len(cell)))
        heights = [math.nan if value is None else value for value in cell]
        failed = [x for x, value in zip(beside, cell, strict=True) if value is None]
        axis.scatter(beside, heights, s=9, color=color, alpha=0.55, linewidths=0, zorder=2)
        axis.scatter(
            failed, [0.02] * len(failed), marker="x", s=14, color=color, linewidths=1.0, zorder=2,
            transform=axis.get_xaxis_transform(), clip_on=False,
        )  # fmt: skip
        mean, deviation = mean_deviation(cell)
        axis.errorbar(
            [place], [math.nan if mean is None else mean], yerr=[deviation or 0.0], fmt="D", markersize=4.5,
            color=color, markeredgecolor="white", markeredgewidth=0.6, capsize=2.5, elinewidth=1.1, zorder=3,
            label=name if number == 0 else None,
        )  # fmt: skip
