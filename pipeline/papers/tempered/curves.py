"""FID over training with and without a lens (tempered, Fig. 4 bottom, 5 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.figures import curves, data, style
from pipeline.figures.drawing import Drawing
from pipeline.figures.table import number, plus_minus
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import by_seed, mean_deviation, rounded
from pipeline.papers.registry import result
from pipeline.papers.tempered.common import (
    COLORS,
    crossing,
    difference_text,
    draw_fid,
    fid,
    fid_note,
    fid_rows,
    final_text,
    lens_of,
    method,
    pairs,
    spoken,
)


@result("tempered", "fig4-bottom-left", each=True)
def fixed_weight(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID and reconstruction error over training at a fixed λ, a panel for each run."""
    figure, axes = style.canvas(1, len(evidence), width=3.4 * len(evidence), height=2.5)
    rows, ends = [], []
    for axis, run in zip(axes[0], evidence.values(), strict=True):
        lens = lens_of(run)
        draw_fid(axis, run)
        steps, errors = by_seed(run.training, "reconstruction")
        right = axis.twinx()
        right.spines["right"].set_visible(True)
        curves.spread(right, steps, errors, label="reconstruction error", color=style.THEORY, linestyle="--")
        right.set(yscale="log", ylabel="$(X-L(X))^2$ a pixel")
        axis.plot([], [], color=style.THEORY, linestyle="--", label="reconstruction error (right)")
        axis.set(xlabel="step", ylabel="FID", ylim=(0, None))
        axis.legend(loc="upper right")
        how = "summed" if lens.reconstruction == "sum" else "averaged"
        style.letter(axis, rf"$\lambda = {lens.weight:g}$ throughout, $L_R$ {how}")
        last = mean_deviation(float(value) for value in errors[:, -1])
        ends.append(f"with L_R {how} FID {final_text(run)} and {number(last[0], 5)} a pixel")
        rows += fid_rows(run) + _error_rows(run)
    run = next(iter(evidence.values()))
    caption = (
        f"A lens with a fixed λ on {data.described(run.dataset, 'mnist')}: FID (left axes) and squared "
        "reconstruction error (right axes, logarithmic) over training, mean ± deviation and every seed. At "
        f"the last step: {'; '.join(ends)}. In the paper FID is 60 after 10M steps and both still fall. "
        f"{fid_note(run, 'mnist')}"
    )
    return Drawing(figure, rows, caption)


def _error_rows(run: Evidence) -> list[dict[str, Any]]:
    steps, errors = by_seed(run.training, "reconstruction")
    return [
        {"method": spoken(run), "experiment": run.name, "seed": seed, "step": int(step),
         "reconstruction": rounded(float(value), 6)}
        for seed, values in zip(run.experiment.seeds, errors, strict=True)
        for step, value in zip(steps, values, strict=True)
    ]  # fmt: skip


@result("tempered", "fig4-bottom-right", each=True)
def scheduled_weight(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID over training with a scheduled λ and without a lens, mean over seeds, and where they cross."""
    lensed, plain = pairs(evidence)
    figure, axes = style.canvas(width=4.6, height=2.7)
    rows = []
    for run in (plain, *lensed):
        draw_fid(axes[0, 0], run)
        rows += fid_rows(run)
    _mark_schedule(axes[0, 0], lensed[0])
    for run in lensed:
        step = crossing(run, plain)
        if step is not None:
            axes[0, 0].axvline(step, color=COLORS[method(run)], linewidth=0.7, linestyle="--")
    axes[0, 0].set(xlabel="step", ylabel="FID", ylim=(0, None))
    axes[0, 0].legend()
    caption = (
        f"FID with and without a lens on {data.described(plain.dataset, 'mnist')}, mean ± deviation and "
        f"every seed; dotted: K. {' '.join(_crossing_text(run, plain) for run in lensed)} At the last step: "
        f"{_finals_text(lensed, plain)}. The paper's curves, on MNIST, start higher with the lens and end "
        f"at 22 with and 42 without. {fid_note(plain, 'mnist')}"
    )
    return Drawing(figure, rows, caption)


def _mark_schedule(axes: Any, run: Evidence) -> None:
    end = lens_of(run).schedule_steps
    if end is not None:
        axes.axvline(end, color=style.MUTED, linewidth=0.8, linestyle=":")


def _crossing_text(run: Evidence, plain: Evidence) -> str:
    step = crossing(run, plain)
    if step is None:
        return f"Mean FID with the {spoken(run)} does not fall below that without one for good."
    return f"From step {step} on, mean FID with the {spoken(run)} is below that without one."


def _finals_text(lensed: list[Evidence], plain: Evidence) -> str:
    """FID at the last step of every method, and how each lens differs from none, seed by seed."""
    each = ", ".join(f"{final_text(run)} ({spoken(run)})" for run in (*lensed, plain))
    paired = ", ".join(f"{difference_text(run, plain)} ({spoken(run)})" for run in lensed)
    return f"{each}; seed by seed, with minus without: {paired}"


@result("tempered", "fig5", each=True)
def seeds(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID of every seed over training, with and without a lens."""
    lensed, plain = pairs(evidence)
    figure, axes = style.canvas(width=4.6, height=2.9)
    rows = []
    for run in (plain, *lensed):
        steps, values = fid(run)
        for number_, curve in enumerate(values):
            label = method(run) if number_ == 0 else None
            axes[0, 0].plot(steps, curve, color=COLORS[method(run)], linewidth=1.0, label=label)
        rows += fid_rows(run)
    _mark_schedule(axes[0, 0], lensed[0])
    axes[0, 0].set(xlabel="step", ylabel="FID", ylim=(0, None))
    axes[0, 0].legend()
    caption = (
        f"FID of every seed over training on {data.described(plain.dataset, 'color_mnist')}: "
        f"{len(plain.experiment.seeds)} runs a method, from the same initial weights with and without a "
        f"lens; dotted: K. At the last step, mean ± deviation over seeds: {_finals_text(lensed, plain)}. In "
        "the paper the runs with a lens are worse at first, then better, and closer together. "
        f"{fid_note(plain, 'color_mnist')}"
    )
    return Drawing(figure, rows, caption)


@result("tempered", "fig6", each=True)
def wasserstein(evidence: Mapping[str, Evidence], *, thresholds: list[float]) -> Drawing:
    """FID of WGAN-GP over training with and without a lens, and the steps to each of the `thresholds`."""
    lensed, plain = pairs(evidence)
    figure, axes = style.canvas(width=4.6, height=2.7)
    rows: list[dict[str, Any]] = []
    for run in (plain, *lensed):
        draw_fid(axes[0, 0], run)
        rows += fid_rows(run)
    for threshold in thresholds:
        axes[0, 0].axhline(threshold, color=style.MUTED, linewidth=0.5)
        rows += [
            {"method": spoken(run), "experiment": run.name, "seed": seed, "threshold": threshold,
             "steps_to_threshold": step}
            for run in (plain, *lensed)
            for seed, step in steps_to(run, threshold).items()
        ]  # fmt: skip
    _mark_schedule(axes[0, 0], lensed[0])
    axes[0, 0].set(xlabel="generator step", ylabel="FID", ylim=(0, None))
    axes[0, 0].legend()
    speeds = "; ".join(
        f"to FID {threshold:g}: "
        + ", ".join(f"{_steps_text(run, threshold)} ({spoken(run)})" for run in (*lensed, plain))
        for threshold in thresholds
    )
    caption = (
        f"WGAN-GP on {data.described(plain.dataset, 'cifar10')}: FID over training, mean ± deviation and "
        f"every seed; dotted: K. First snapshot at which a seed comes down {speeds}. At the last step: "
        f"{_finals_text(lensed, plain)}. The paper's two runs, on CIFAR-10, both end at 39 and the one "
        f"with a lens gets there sooner. {fid_note(plain, 'cifar10')}"
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


def _steps_text(run: Evidence, threshold: float) -> str:
    steps = [step for step in steps_to(run, threshold).values() if step is not None]
    missing = len(run.experiment.seeds) - len(steps)
    text = plus_minus(*mean_deviation(steps), 0)
    return f"{text}, {missing} of {len(run.experiment.seeds)} never" if missing else text
