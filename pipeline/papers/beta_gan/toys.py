"""The toys that β-GAN mentions without showing: mixtures in 1-D and 2-D, collapse, and stability (C1)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets.mixture import law
from pipeline.figures import curves, data, density, samples, strip, style
from pipeline.figures.drawing import Drawing, Row, seed_rows
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import finals, metric_like
from pipeline.papers.beta_gan.common import (
    ANNEALED,
    COLORS,
    METHODS,
    PLAIN,
    SIDES,
    THE,
    components,
    method,
    summary,
)
from pipeline.papers.registry import result
from pipeline.params.datasets import Mixture
from pipeline.params.seams import Anneal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS, EDGE = 115, 1.15
NUMBERS = {5: "five", 10: "ten"}


@result("beta_gan", "inline-1d2d", each=True)
def low_dimensions(evidence: Mapping[str, Evidence]) -> Drawing:
    """Densities in 1-D and clouds in 2-D, a column a mixture, over the modes captured in every dimension."""
    groups = _mixtures(evidence.values())
    drawn = [key for key in groups if key[0] < 3]
    figure, axes = style.canvas(3, max(len(drawn), 1), height=5.4, height_ratios=(1, 1, 1))
    for row, name in enumerate(METHODS):
        for column, key in enumerate(drawn):
            _draw_samples(axes[row, column], groups[key].get(name), key)
            if row == 0:
                axes[row, column].set_title(_mixture_name(key))
        axes[row, 0].set_ylabel(name)
    _draw_modes(style.wide(figure, axes, 2), groups)
    rows: list[Row] = [
        {"dimension": key[0], "components": key[1], **summary(group[name])}
        for key, group in groups.items()
        for name in METHODS
        if name in group
    ]
    caption = (
        "Mixtures of Gaussians in one and two dimensions: law or real points blue, samples of the first "
        "seed red, with the modes it captures. Below, in every dimension that was run: share of the modes "
        "captured by each seed (dots; a cross if it diverged) and their mean ± one deviation."
    )
    return Drawing(figure, rows, caption)


def _mixtures(runs: Iterable[Evidence]) -> dict[tuple[int, int], dict[str, Evidence]]:
    """(dimension, components) → method → evidence, in order of dimension and size."""
    groups: dict[tuple[int, int], dict[str, Evidence]] = {}
    for run in runs:
        key = (math.prod(run.dataset.prepare.shape), components(run))
        groups.setdefault(key, {})[method(run.experiment)] = run
    return dict(sorted(groups.items()))


def _mixture_name(key: tuple[int, int]) -> str:
    return f"{key[0]}-D, {NUMBERS.get(key[1], key[1])}"


def _modes(run: Evidence) -> dict[int, float | None]:
    return reading.finals(run, reading.metric_like(run, "modes"))


def _draw_samples(axis: Axes, run: Evidence | None, key: tuple[int, int]) -> None:
    """The last samples of the first seed over the law (1-D) or the real points (2-D)."""
    if run is None:
        style.notice(axis, "not run here")
        return
    seed, last = run.experiment.seeds[0], run.experiment.train.steps
    panels = reading.snapshots(run, "panel", seed)
    if last not in panels:
        samples.lost(axis, run, seed, last)
        return
    if key[0] == 1:
        assert isinstance(run.dataset.prepare, Mixture)
        line = np.linspace(-EDGE, EDGE, 801)
        real = law(run.dataset.prepare).density(line[:, None])
        density.histogram(axis, panels[last].ravel(), BINS, (-EDGE, EDGE), label="generated", beyond=True)
        density.law(axis, line, real, label="real")
        axis.set(xlim=(-EDGE, EDGE), xticks=[-1, 0, 1], yticks=[], ylim=(0, 1.8 * real.max()))
    else:
        density.cloud(axis, run.arrays["real"], panels[last], size=1.5)
        axis.set_yticklabels([])
    axis.set_xlabel(f"{reading.listed([_modes(run)[seed]], 0)} of {key[1]} modes")


def _draw_modes(axis: Axes, groups: Mapping[tuple[int, int], Mapping[str, Evidence]]) -> None:
    """Share of the modes captured, every seed a dot."""
    for name, side in SIDES.items():
        shares = [
            [None if value is None else value / total for value in _modes(group[name]).values()]
            if name in group
            else []
            for (_, total), group in groups.items()
        ]
        strip.dots(axis, np.arange(len(groups)) + side, shares, color=COLORS[name], label=name)
    style.places(axis, [*map(_mixture_name, groups)], ylabel="modes captured / all", ylim=(-0.08, 1.08))
    axis.legend(loc="lower left", ncols=2)


@result(
    "beta_gan",
    "inline-vanilla-collapse",
    roles=("vanilla", "annealed"),
    optional=("digits_vanilla", "digits_annealed"),
)
def collapse(evidence: Mapping[str, Evidence]) -> Drawing:
    """Histogram over seeds of the modes captured in 3-D; class entropy of images over training, if run."""
    runs = {PLAIN: reading.role(evidence, "vanilla"), ANNEALED: reading.role(evidence, "annealed")}
    names = {PLAIN: "digits_vanilla", ANNEALED: "digits_annealed"}
    digits = {name: evidence[key] for name, key in names.items() if key in evidence}
    figure, axes = style.canvas(1, 2 if digits else 1, height=2.6, width=style.TEXT_WIDTH if digits else 3.6)
    rows = _draw_histogram(axes[0, 0], runs)
    style.letter(axes[0, 0], "(a) 3-D mixture of five" if digits else "3-D mixture of five")
    caption = (
        f"Collapse of the plain GAN. {'(a) ' if digits else ''}Number of modes that each run captures at the "
        "end of training, over seeds; a run that diverged is counted apart."
    )
    if digits:
        first = next(iter(digits.values()))
        rows += _draw_entropy(axes[0, 1], digits)
        style.letter(axes[0, 1], f"(b) {data.name(first.dataset)}")
        caption += (
            " (b) Entropy of the classes that the data set's classifier sees in the samples, every seed "
            f"thin, mean ± one deviation; {data.equal_classes(first)}between the "
            "vertical lines β rises; while it is small β-GAN is trained on noise, where the classifier's "
            "answers say little."
        )
    return Drawing(figure, rows, caption)


def _draw_histogram(axis: Axes, runs: Mapping[str, Evidence]) -> list[Row]:
    """Bars side by side for 0 … all modes, and for diverged runs where there are any."""
    from matplotlib.ticker import MaxNLocator

    rows: list[Row] = []
    total = components(runs[PLAIN])
    failed = any(reading.diverged(run) for run in runs.values())
    for offset, (name, run) in zip((-0.2, 0.2), runs.items(), strict=True):
        captured = _modes(run)
        rows += seed_rows(captured, {"modes": captured}, {"method": name})
        counts = [sum(value == modes for value in captured.values()) for modes in range(total + 1)]
        counts += [sum(value is None for value in captured.values())] if failed else []
        axis.bar(np.arange(len(counts)) + offset, counts, width=0.38, color=COLORS[name], label=name)
    names = [*map(str, range(total + 1)), *(["diverged"] if failed else [])]
    style.places(axis, names, xlabel="modes captured", ylabel="runs")
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axis.legend(loc="upper left")
    return rows


def _draw_entropy(axis: Axes, runs: Mapping[str, Evidence]) -> list[Row]:
    rows: list[Row] = []
    for name, run in runs.items():
        column = reading.column_like(run.curves, "class_entropy")
        rows += curves.over_steps(
            axis, run.curves, column, label=name, color=COLORS[name], about={"method": name},
            called="class_entropy",
        )  # fmt: skip
        tempering = run.experiment.train.tempering
        if isinstance(tempering, Anneal):
            for step in (tempering.uniform_steps, tempering.annealing_steps):
                axis.axvline(step, color="#D0D0D0", linewidth=0.7, zorder=0)
    axis.set(xlabel="step", ylabel="class entropy (nats)", ylim=(0, None))
    number = data.classes(next(iter(runs.values())))
    if number is not None:
        style.level(axis, math.log(number), f"ln {number}", linestyle="--", zorder=0)
        axis.set_ylim(0, math.log(number) + 0.25)
    axis.legend(loc="lower right")
    return rows


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
            strip.dots(axis, np.arange(len(rates)) + side, cells, color=COLORS[name], label=name)
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
