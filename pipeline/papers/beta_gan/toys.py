"""The toys that β-GAN mentions without showing: mixtures in 1-D and 2-D, and collapse of the plain GAN."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.datasets.mixture import law
from pipeline.figures import curves, data, density, style
from pipeline.figures.drawing import Drawing
from pipeline.figures.table import plus_minus
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import (
    by_seed,
    column_like,
    diverged,
    finals,
    listed,
    mean_deviation,
    metric_like,
    role,
    rounded,
    snapshots,
)
from pipeline.papers.beta_gan.common import (
    ANNEALED,
    COLORS,
    METHODS,
    PLAIN,
    THE,
    components,
    draw_dots,
    method,
    summary,
)
from pipeline.papers.registry import result
from pipeline.params.datasets import Mixture
from pipeline.params.seams import Anneal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 115
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
    rows = [_table_row(groups[key][name]) for key in groups for name in METHODS if name in groups[key]]
    caption = (
        "Mixtures of Gaussians in one and two dimensions: law or real points blue, samples of the first "
        "seed red, with the modes it captures. Below, in every dimension that was run: share of the modes "
        "captured by each seed (dots; a cross if it diverged) and their mean ± one deviation."
    )
    return Drawing(figure, rows, caption)


def _mixtures(runs: Any) -> dict[tuple[int, int], dict[str, Evidence]]:
    """(dimension, components) → method → evidence, in order of dimension and size."""
    groups: dict[tuple[int, int], dict[str, Evidence]] = {}
    for run in runs:
        key = (math.prod(run.dataset.prepare.shape), components(run))
        groups.setdefault(key, {})[method(run.experiment)] = run
    return dict(sorted(groups.items()))


def _mixture_name(key: tuple[int, int]) -> str:
    return f"{key[0]}-D, {NUMBERS.get(key[1], key[1])}"


def _table_row(run: Evidence) -> dict[str, Any]:
    dimension = math.prod(run.dataset.prepare.shape)
    return {"dimension": dimension, "components": components(run), **summary(run)}


def _draw_samples(axis: Axes, run: Evidence | None, key: tuple[int, int]) -> None:
    """The last samples of the first seed over the law (1-D) or the real points (2-D)."""
    if run is None:
        style.notice(axis, "not run here")
        return
    seed, last = run.experiment.seeds[0], run.experiment.train.steps
    panels = snapshots(run, "panel", seed)
    if last not in panels:
        style.notice(axis, f"diverged\nat step {diverged(run).get(seed, last):,}")
        return
    if key[0] == 1:
        assert isinstance(run.dataset.prepare, Mixture)
        _draw_density(axis, run.dataset.prepare, panels[last])
    else:
        density.cloud(axis, run.arrays["real"], panels[last], size=1.5)
        axis.set_yticklabels([])
    captured = finals(run, metric_like(run, "modes"))[seed]
    axis.set_xlabel(f"{listed([captured], 0)} of {key[1]} modes")


def _draw_density(axis: Axes, mixture: Mixture, samples: np.ndarray) -> None:
    grid = np.linspace(-1.15, 1.15, 801)
    density = law(mixture).density(grid[:, None])
    heights, edges = np.histogram(samples.ravel(), bins=BINS, range=(-1.15, 1.15))
    heights = heights / (samples.size * (edges[1] - edges[0]))
    axis.stairs(heights, edges, fill=True, color=style.GENERATED, alpha=0.6)
    axis.plot(grid, density, color=style.REAL, linewidth=0.9)
    axis.set(xlim=(-1.15, 1.15), xticks=[-1, 0, 1], yticks=[], ylim=(0, 1.8 * density.max()))


def _draw_modes(axis: Axes, groups: Mapping[tuple[int, int], Mapping[str, Evidence]]) -> None:
    """Share of the modes captured, every seed a dot."""
    names = [_mixture_name(key) for key in groups]
    for offset, name in ((-0.16, ANNEALED), (0.16, PLAIN)):
        cells = [
            finals(group[name], metric_like(group[name], "modes")).values() if name in group else []
            for group in groups.values()
        ]
        shares = [
            [None if value is None else value / key[1] for value in cell]
            for key, cell in zip(groups, cells, strict=True)
        ]
        draw_dots(axis, np.arange(len(names)) + offset, shares, name, width=0.1)
    axis.set(xticks=range(len(names)), xticklabels=names, ylabel="modes captured / all", ylim=(-0.08, 1.08))
    axis.set_xlim(-0.5, len(names) - 0.5)
    axis.legend(loc="lower left", ncols=2)


@result(
    "beta_gan",
    "inline-vanilla-collapse",
    roles=("vanilla", "annealed"),
    optional=("digits_vanilla", "digits_annealed"),
)
def collapse(evidence: Mapping[str, Evidence]) -> Drawing:
    """Histogram over seeds of the modes captured in 3-D; class entropy of images over training, if run."""
    runs = {PLAIN: role(evidence, "vanilla"), ANNEALED: role(evidence, "annealed")}
    digits = {
        name: evidence[key]
        for name, key in ((PLAIN, "digits_vanilla"), (ANNEALED, "digits_annealed"))
        if key in evidence
    }
    figure, axes = style.canvas(1, 2 if digits else 1, height=2.6, width=style.TEXT_WIDTH if digits else 3.6)
    rows = _draw_histogram(axes[0, 0], runs)
    style.letter(axes[0, 0], "(a) 3-D mixture of five" if digits else "3-D mixture of five")
    caption = (
        "Collapse of the plain GAN. "
        + ("(a) " if digits else "")
        + "Number of modes that each run captures at the "
        "end of training, over seeds; a run that diverged is counted apart. " + _collapse_sentence(runs)
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


def _collapse_sentence(runs: Mapping[str, Evidence]) -> str:
    parts = []
    for name, run in runs.items():
        captured = finals(run, metric_like(run, "modes")).values()
        few = sum(value is not None and value <= 1 for value in captured)
        parts.append(
            f"{THE[name]} captures {plus_minus(*mean_deviation(captured), 2)} of {components(run)} modes, "
            f"and at most one in {few} of {len(captured)} runs"
        )
    text = "; ".join(parts) + "."
    return text[0].upper() + text[1:]


def _draw_histogram(axis: Axes, runs: Mapping[str, Evidence]) -> list[dict[str, Any]]:
    """Bars side by side for 0 … all modes, and for diverged runs where there are any."""
    from matplotlib.ticker import MaxNLocator

    rows: list[dict[str, Any]] = []
    total = components(runs[PLAIN])
    failed = any(diverged(run) for run in runs.values())
    for offset, (name, run) in zip((-0.2, 0.2), runs.items(), strict=True):
        captured = finals(run, metric_like(run, "modes"))
        rows += [{"method": name, "seed": seed, "modes": rounded(value)} for seed, value in captured.items()]
        counts = [sum(value == modes for value in captured.values()) for modes in range(total + 1)]
        counts += [sum(value is None for value in captured.values())] if failed else []
        axis.bar(np.arange(len(counts)) + offset, counts, width=0.38, color=COLORS[name], label=name)
    names = [*map(str, range(total + 1)), *(["diverged"] if failed else [])]
    axis.set(xticks=range(len(names)), xticklabels=names, xlabel="modes captured", ylabel="runs")
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axis.legend(loc="upper left")
    return rows


def _draw_entropy(axis: Axes, runs: Mapping[str, Evidence]) -> list[dict[str, Any]]:
    rows = []
    for name, run in runs.items():
        column = column_like(run.curves, "class_entropy")
        steps, values = by_seed(run.curves, column)
        curves.spread(axis, steps, values, label=name, color=COLORS[name])
        rows += [
            {"method": name, "seed": int(s), "step": int(t), "class_entropy": rounded(v)}
            for s, t, v in zip(run.curves["seed"], run.curves["step"], run.curves[column], strict=True)
        ]
        tempering = run.experiment.train.tempering
        if isinstance(tempering, Anneal):
            _mark_phases(axis, tempering)
    axis.set(xlabel="step", ylabel="class entropy (nats)", ylim=(0, None))
    number = data.classes(next(iter(runs.values())))
    if number is not None:
        most = math.log(number)
        axis.axhline(most, color=style.MUTED, linewidth=0.7, linestyle="--", zorder=0)
        axis.text(0.99, most + 0.03, f"ln {number}", transform=axis.get_yaxis_transform(), ha="right", size=8)
        axis.set_ylim(0, most + 0.25)
    axis.legend(loc="lower right")
    return rows


def _mark_phases(axis: Axes, tempering: Anneal) -> None:
    for step in (tempering.uniform_steps, tempering.annealing_steps):
        axis.axvline(step, color="#D0D0D0", linewidth=0.7, zorder=0)
