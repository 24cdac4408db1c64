"""Curves over steps: every seed, their mean and their spread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.figures.drawing import Row
from pipeline.measures.reading import by_seed, rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def over_steps(
    axes: Axes,
    columns: Mapping[str, np.ndarray],
    name: str,
    *,
    label: str,
    color: str,
    about: Mapping[str, Any],
    called: str | None = None,
    digits: int = 4,
    mean: bool = True,
) -> list[Row]:
    """Column `name` of a curves table over its steps, its mean and spread or (mean=False) the seeds alone.

    Returns a row for each line of the table, in which the column is `called` so (None: by its own name).
    """
    steps, values = by_seed(columns, name)
    if mean:
        spread(axes, steps, values, label=label, color=color)
    else:
        axes.plot(steps, values.T, color=color, linewidth=1.0)[0].set_label(label)
    return [
        {**about, "seed": int(seed), "step": int(step), called or name: rounded(float(value), digits)}
        for seed, step, value in zip(columns["seed"], columns["step"], columns[name], strict=True)
    ]


def rows(
    seeds: Iterable[int],
    steps: np.ndarray,
    columns: Mapping[str, np.ndarray],
    about: Mapping[str, Any],
    digits: int = 4,
) -> list[Row]:
    """A row for each seed and step; columns: name → (seeds, steps)."""
    return [
        {**about, "seed": seed, "step": int(step)}
        | {name: rounded(float(values[i, j]), digits) for name, values in columns.items()}
        for i, seed in enumerate(seeds)
        for j, step in enumerate(steps)
    ]


def spread(
    axes: Axes, x: np.ndarray, values: np.ndarray, *, label: str, color: str, every: bool = True, **line: Any
) -> None:
    """Mean over seeds as a line, ± one sample deviation as a band, each seed as a thin line.

    values: (seeds, len(x)); NaN where a seed has no value. A seed that diverged ends where its values
    end, and the mean goes on over the others.
    """
    present = np.isfinite(values)
    count = present.sum(axis=0)
    shown = count > 0
    filled = np.where(present, values, 0.0)
    mean = filled.sum(axis=0)[shown] / count[shown]
    squares = np.where(present[:, shown], (values[:, shown] - mean) ** 2, 0.0).sum(axis=0)
    deviation = np.sqrt(squares / np.maximum(count[shown] - 1, 1))
    axes.plot(x[shown], mean, color=color, label=label, zorder=3, **line)
    if len(values) > 1:
        axes.fill_between(
            x[shown], mean - deviation, mean + deviation, color=color, alpha=0.18, lw=0, zorder=1
        )
    if every and len(values) > 1:
        for seed_values in values:
            axes.plot(x, seed_values, color=color, alpha=0.45, linewidth=0.5, zorder=2)
