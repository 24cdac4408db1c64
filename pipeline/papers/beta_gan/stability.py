"""Is β-GAN the more stable method? Modes and quality of both over learning rates and seeds (beta_gan, C1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.figures import style
from pipeline.figures.drawing import Drawing
from pipeline.figures.table import number
from pipeline.measures.estimate import Estimate, mean
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import diverged, finals, metric_like
from pipeline.papers.beta_gan.common import (
    ANNEALED,
    METHODS,
    PLAIN,
    THE,
    components,
    draw_dots,
    method,
    summary,
)
from pipeline.papers.registry import result

CONFIDENCE = 0.95
Grid = dict[str, dict[float, Evidence]]


@result("beta_gan", "inline-stability", each=True)
def stability(evidence: Mapping[str, Evidence]) -> Drawing:
    """Modes captured and sample quality against the learning rate, every seed a dot."""
    grid = by_rate(evidence)
    rates = sorted({rate for runs in grid.values() for rate in runs})
    figure, axes = style.canvas(1, 2, height=2.9)
    labels = (("modes", "modes captured"), ("quality", "share of samples near a mode"))
    for axis, (metric, label) in zip(axes[0], labels, strict=True):
        for offset, name in ((-0.17, ANNEALED), (0.17, PLAIN)):
            cells = [list(values(grid, name, rate, metric).values()) for rate in rates]
            draw_dots(axis, np.arange(len(rates)) + offset, cells, name, width=0.1)
        axis.set(xticks=range(len(rates)), xticklabels=[f"{rate:g}" for rate in rates])
        axis.set(xlabel="learning rate", ylabel=label, xlim=(-0.5, len(rates) - 0.5))
    total = max(components(run) for run in evidence.values())
    axes[0, 0].set(ylim=(-0.25, total + 0.25), yticks=range(total + 1))
    axes[0, 1].set_ylim(-0.05, 1.05)
    style.legend_below(figure, axes[0, 0])
    rows = [
        {"learning_rate": rate, **summary(grid[name][rate])}
        for rate in rates
        for name in METHODS
        if rate in grid[name]
    ]
    return Drawing(figure, rows, _caption(grid, rates))


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


def difference(grid: Grid, metric: str, rates: Sequence[float]) -> Estimate:
    """Mean over seeds, which are independent while the learning rates of one are not, of
    `paired_differences`."""
    return mean(np.array(list(paired_differences(grid, metric, rates).values())))


def paired_differences(grid: Grid, metric: str, rates: Sequence[float]) -> dict[int, float]:
    """Seed → β-GAN minus plain GAN, averaged over the learning rates at which both ran that seed.

    A diverged run counts as zero: it captures no mode and makes no sample near one.
    """
    differences: dict[int, list[float]] = {}
    for rate in rates:
        annealed, plain = (values(grid, name, rate, metric) for name in METHODS)
        for seed in annealed.keys() & plain.keys():
            differences.setdefault(seed, []).append((annealed[seed] or 0.0) - (plain[seed] or 0.0))
    return {seed: float(np.mean(each)) for seed, each in sorted(differences.items())}


def verdict(metric: str, found: Estimate, digits: int) -> str:
    """One sentence that follows from the interval, whichever way it comes out."""
    if found.count == 0:
        return f"For {metric} there is no seed that both methods ran at the same learning rate."
    size = f"{number(found.mean, digits)}"
    low, high = found.interval(CONFIDENCE)
    if low is None or high is None:
        which = "from one seed" if found.count == 1 else f"the same in {found.count} seeds"
        return f"In {metric} β-GAN minus plain GAN is {size}, {which}, which decides nothing."
    interval = f"95 % interval {number(low, digits)} to {number(high, digits)}, {found.count} seeds"
    if low > 0:
        outcome = "β-GAN is ahead"
    elif high < 0:
        outcome = "the plain GAN is ahead"
    else:
        outcome = "the two cannot be told apart"
    return f"In {metric} {outcome}: the mean difference, β-GAN minus plain GAN, is {size} ({interval})."


def _caption(grid: Grid, rates: Sequence[float]) -> str:
    modes, quality = (difference(grid, name, rates) for name in ("modes", "quality"))
    each = []
    for rate in rates:
        found = difference(grid, "modes", [rate])
        if found.count:
            each.append(f"{number(found.mean)} at {rate:g}")
    crosses = ""
    if any(diverged(run) for runs in grid.values() for run in runs.values()):
        crosses = " Crosses are runs that diverged: part of no mean ± deviation, and zero in differences."
    return (
        "β-GAN and the plain GAN on the mixture of five in three dimensions, over learning rates: every "
        f"seed a dot, and mean ± one deviation over seeds.{crosses} Differences are paired by seed and "
        f"averaged over learning rates. {verdict('modes captured', modes, 2)} "
        f"{verdict('the share of samples near a mode', quality, 3)} By learning rate the difference in "
        f"modes is {', '.join(each)}."
    )
