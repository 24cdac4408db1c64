"""FID over training with and without a lens (tempered, Fig. 4 bottom, 5 and 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.figures import curves, data, style
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import by_seed
from pipeline.papers.registry import result
from pipeline.papers.tempered.common import (
    COLORS,
    crossing,
    fid,
    fid_note,
    fid_rows,
    lens_of,
    method,
    pairs,
    spoken,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@result("tempered", "fig4-bottom-left", each=True)
def fixed_weight(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID and reconstruction error over training at a fixed λ, a panel for each run."""
    figure, axes = style.canvas(1, len(evidence), width=3.4 * len(evidence), height=2.5)
    rows: list[Row] = []
    for axis, run in zip(axes[0], evidence.values(), strict=True):
        lens = lens_of(run)
        rows += _draw_fid(axis, [run])
        steps, errors = by_seed(run.training, "reconstruction")
        right = style.right_axis(axis, yscale="log", ylabel="$(X-L(X))^2$ a pixel")
        curves.spread(right, steps, errors, label="reconstruction error", color=style.THEORY, linestyle="--")
        axis.plot([], [], color=style.THEORY, linestyle="--", label="reconstruction error (right)")
        axis.legend(loc="upper right")
        how = "summed" if lens.reconstruction == "sum" else "averaged"
        style.letter(axis, rf"$\lambda = {lens.weight:g}$ throughout, $L_R$ {how}")
        about = {"method": spoken(run), "experiment": run.name}
        rows += curves.rows(run.experiment.seeds, steps, {"reconstruction": errors}, about, 6)
    run = next(iter(evidence.values()))
    caption = (
        f"A lens with a fixed λ on {data.described(run.dataset, 'mnist')}: FID (left axes) and squared "
        "reconstruction error (right axes, logarithmic) over training, mean ± deviation and every seed. In "
        f"the paper FID is 60 after 10M steps and both still fall. {fid_note(run, 'mnist')}"
    )
    return Drawing(figure, rows, caption)


@result("tempered", "fig4-bottom-right", each=True)
def scheduled_weight(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID over training with a scheduled λ and without a lens, mean over seeds, and where they cross."""
    lensed, plain = pairs(evidence)
    figure, axes, rows = _with_and_without(lensed, plain)
    for run in lensed:
        step = crossing(run, plain)
        if step is not None:
            axes.axvline(step, color=COLORS[method(run)], linewidth=0.7, linestyle="--")
    caption = (
        f"FID with and without a lens on {data.described(plain.dataset, 'mnist')}, mean ± deviation and "
        "every seed; dotted: K; dashed, where there is one: the step from which on mean FID with a lens is "
        "the lower one. The paper's curves, on MNIST, start higher with the lens and end at 22 with and 42 "
        f"without. {fid_note(plain, 'mnist')}"
    )
    return Drawing(figure, rows, caption)


def _with_and_without(
    lensed: Sequence[Evidence], plain: Evidence, spread: bool = True
) -> tuple[Figure, Axes, list[Row]]:
    """FID of every method in one panel, and K."""
    figure, axes = style.canvas(width=4.6, height=2.7)
    axis: Axes = axes[0, 0]
    rows = _draw_fid(axis, [plain, *lensed], spread)
    end = lens_of(lensed[0]).schedule_steps
    if end is not None:
        axis.axvline(end, color=style.MUTED, linewidth=0.8, linestyle=":")
    axis.legend()
    return figure, axis, rows


def _draw_fid(axes: Axes, runs: Sequence[Evidence], spread: bool = True) -> list[Row]:
    """FID over training: every seed, with mean and deviation or by itself."""
    for run in runs:
        (steps, values), name = fid(run), method(run)
        if spread:
            curves.spread(axes, steps, values, label=name, color=COLORS[name])
        else:
            lines = axes.plot(steps, values.T, color=COLORS[name], linewidth=1.0)
            lines[0].set_label(name)
    axes.set(xlabel="step", ylabel="FID", ylim=(0, None))
    return [row for run in runs for row in fid_rows(run)]


@result("tempered", "fig5", each=True)
def seeds(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID of every seed over training, with and without a lens."""
    lensed, plain = pairs(evidence)
    figure, _, rows = _with_and_without(lensed, plain, spread=False)
    caption = (
        f"FID of every seed over training on {data.described(plain.dataset, 'color_mnist')}: "
        f"{len(plain.experiment.seeds)} runs a method, from the same initial weights with and without a "
        "lens; dotted: K. In the paper the runs with a lens are worse at first, then better, and closer "
        f"together. {fid_note(plain, 'color_mnist')}"
    )
    return Drawing(figure, rows, caption)


@result("tempered", "fig6", each=True)
def wasserstein(evidence: Mapping[str, Evidence], *, thresholds: list[float]) -> Drawing:
    """FID of WGAN-GP over training with and without a lens, and the steps to each of the `thresholds`."""
    lensed, plain = pairs(evidence)
    figure, axes, rows = _with_and_without(lensed, plain)
    for threshold in thresholds:
        style.level(axes, threshold, linewidth=0.5, linestyle="-")
        rows += [
            {"method": spoken(run), "experiment": run.name, "seed": seed, "threshold": threshold,
             "steps_to_threshold": step}
            for run in (plain, *lensed)
            for seed, step in steps_to(run, threshold).items()
        ]  # fmt: skip
    axes.set_xlabel("generator step")
    caption = (
        f"WGAN-GP on {data.described(plain.dataset, 'cifar10')}: FID over training, mean ± deviation and "
        "every seed; dotted: K; lines across: the levels of FID whose first snapshot the table of what was "
        "drawn has for every seed. The paper's two runs, on CIFAR-10, both end at 39 and the one with a lens "
        f"gets there sooner. {fid_note(plain, 'cifar10')}"
    )
    return Drawing(figure, rows, caption)


def steps_to(run: Evidence, threshold: float) -> dict[int, int | None]:
    """Seed → the first snapshot whose FID is at most `threshold`; None if there is none."""
    steps, values = fid(run)
    found: dict[int, int | None] = {}
    for seed, curve in zip(run.experiment.seeds, values, strict=True):
        reached = np.flatnonzero(curve <= threshold)
        found[seed] = int(steps[reached[0]]) if len(reached) else None
    return found
