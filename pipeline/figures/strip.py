"""Strips: every seed a dot, over categories, with mean and deviation."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.figures import style
from pipeline.measures.reading import mean_deviation

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def dots(
    axes: Axes,
    places: Sequence[float] | np.ndarray,
    cells: Sequence[Collection[float | None]],
    *,
    color: str,
    label: str | None = None,
    width: float = 0.1,
    units: Sequence[Collection[float | None]] | None = None,
) -> None:
    """The values of each cell as dots side by side around its place, and their mean ± one deviation.

    A value that is None belongs to a run that diverged, and is a cross at the foot of the panel. units: what
    mean and deviation are taken over where the dots are not independent.
    """
    for number, (place, cell) in enumerate(zip(places, cells, strict=True)):
        beside = place + (np.linspace(-width, width, len(cell)) if len(cell) > 1 else np.zeros(len(cell)))
        heights = [math.nan if value is None else value for value in cell]
        failed = [x for x, value in zip(beside, cell, strict=True) if value is None]
        axes.scatter(beside, heights, s=9, color=color, alpha=0.7, linewidths=0, zorder=4)
        axes.scatter(
            failed, [0.02] * len(failed), marker="x", s=14, color=color, linewidths=1.0, zorder=4,
            transform=axes.get_xaxis_transform(), clip_on=False,
        )  # fmt: skip
        mean, deviation = mean_deviation(cell if units is None else units[number])
        axes.errorbar(
            [place], [math.nan if mean is None else mean], yerr=[deviation or 0.0], fmt="D", markersize=5.5,
            color=color, markerfacecolor="white", markeredgewidth=0.8, capsize=2.5, elinewidth=1.1, zorder=3,
            label=label if number == 0 else None,
        )  # fmt: skip


def join(axes: Axes, places: Sequence[float], cells: Sequence[Sequence[float | None]]) -> None:
    """Thin lines between the values of each seed; cells: in the same order of seeds."""
    for values in zip(*cells, strict=True):
        axes.plot(places, np.array(values, dtype=float), color=style.MUTED, linewidth=0.7, zorder=1)
