"""Modes and quality of β-GAN and of the plain GAN over learning rates and seeds (beta_gan, C1)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.figures import strip, style
from pipeline.figures.drawing import Drawing
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import finals, metric_like
from pipeline.papers.beta_gan.common import COLORS, METHODS, SIDES, THE, components, method, summary
from pipeline.papers.registry import result

Grid = dict[str, dict[float, Evidence]]


@result("beta_gan", "inline-stability", each=True)
def stability(evidence: Mapping[str, Evidence]) -> Drawing:
    """Modes captured and sample quality against the learning rate, every seed a dot."""
    grid = by_rate(evidence)
    rates = sorted({rate for runs in grid.values() for rate in runs})
    figure, axes = style.canvas(1, 2, height=2.9)
    labels = (("modes", "modes captured"), ("quality", "share of samples near a mode"))
    for axis, (metric, label) in zip(axes[0], labels, strict=True):
        for name, side in SIDES.items():
            cells = [list(values(grid, name, rate, metric).values()) for rate in rates]
            strip.strip(axis, np.arange(len(rates)) + side, cells, color=COLORS[name], label=name)
        style.places(axis, [f"{rate:g}" for rate in rates], xlabel="learning rate", ylabel=label)
    total = max(components(run) for run in evidence.values())
    axes[0, 0].set(ylim=(-0.25, total + 0.25), yticks=range(total + 1))
    axes[0, 1].set_ylim(-0.05, 1.05)
    style.legend_below(figure, axes)
    rows = [
        {"learning_rate": rate, **summary(grid[name][rate])}
        for rate in rates
        for name in METHODS
        if rate in grid[name]
    ]
    caption = (
        "β-GAN and the plain GAN on the mixture of five in three dimensions, over learning rates: every "
        "seed a dot, and mean ± one deviation over seeds. A run that diverged is a cross and in no mean."
    )
    return Drawing(figure, rows, caption)


def by_rate(evidence: Mapping[str, Evidence]) -> Grid:
    """Method → the generator's learning rate → evidence, from the experiments' own configuration.

    Raises PipelineError when a method is missing or two experiments fill the same place.
    """
    grid: Grid = {name: {} for name in METHODS}
    for key, run in evidence.items():
        name, rate = method(run.experiment), run.experiment.train.optimizers.generator.lr
        if rate in grid[name]:
            raise PipelineError(
                f"The roles of the result hold two experiments of {THE[name]} at learning rate {rate:g}, "
                f"'{grid[name][rate].name}' and '{run.name}' (role '{key}'): keep one."
            )
        grid[name][rate] = run
    for name, runs in grid.items():
        if not runs:
            raise PipelineError(
                f"The result compares two methods, but no experiment under uses is one of {THE[name]}: "
                "add one."
            )
    return grid


def values(grid: Grid, name: str, rate: float, metric: str) -> dict[int, float | None]:
    """Seed → the metric at the last step; None where the seed diverged, empty where nothing was run."""
    run = grid[name].get(rate)
    return {} if run is None else finals(run, metric_like(run, metric))
