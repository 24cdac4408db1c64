"""Figures 1 to 3 of `dfm`, and the denoising error of generated features during training."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import curves, data, style
from pipeline.figures import samples as grids
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import result
from pipeline.params.base import Positive
from pipeline.params.seams import Denoising

GUIDED, CONTROL = style.PALETTE[2], style.PALETTE[3]
METHODS = {"dfm": (GUIDED, "denoising feature matching"), "control": (CONTROL, r"control, $\lambda=0$")}


@result("dfm", "fig1", roles=METHODS)
def fig1(evidence: dict[str, Evidence], *, images: Positive) -> Drawing:
    return samples(evidence, images, 1, "cifar10")


@result("dfm", "fig2", roles=METHODS)
def fig2(evidence: dict[str, Evidence], *, images: Positive) -> Drawing:
    return samples(evidence, images, 2, "stl10")


@result("dfm", "fig3", roles=METHODS)
def fig3(evidence: dict[str, Evidence], *, images: Positive) -> Drawing:
    return samples(evidence, images, 3, "imagenet")


def samples(evidence: dict[str, Evidence], images: int, number: int, printed: str) -> Drawing:
    """Samples as they come, from the same latents with and without denoising, beside real data."""
    runs = {name: reading.role(evidence, name) for name in METHODS}
    seed = runs["dfm"].experiment.seeds[0]
    train = runs["dfm"].experiment.train
    figure, axes = style.canvas(1, 3, height=style.TEXT_WIDTH / 3 + 0.12)
    titles = {"dfm": "(b) denoising feature matching", "control": r"(c) control, $\lambda=0$"}
    side = math.isqrt(images)
    real = to_pixels(runs["dfm"].arrays["real"][: side**2], train.range)
    grids.show(axes[0, 0], real, side)
    style.letter(axes[0, 0], f"(a) {data.name(runs['dfm'].dataset)}, real")
    rows = [{"panel": "a", "shown": "real", "seed": "", "step": "", "images": len(real)}]
    for axis, (name, run) in zip(axes[0, 1:], runs.items(), strict=True):
        panels = reading.snapshots(run, "panel", seed)
        if train.steps in panels:
            shown = to_pixels(panels[train.steps][: side**2], train.range)
            grids.show(axis, shown, side)
        else:
            shown = np.empty(0)
            style.notice(axis, f"diverged at step {reading.diverged(run).get(seed, train.steps):,}")
        style.letter(axis, titles[name])
        row = {"panel": "bc"[name == "control"], "shown": run.name, "seed": seed, "step": train.steps}
        rows.append(row | {"images": len(shown)})
    caption = (
        f"Figure {number}, on {data.described(runs['dfm'].dataset, printed)}: samples of the last step, not "
        f"selected, seed {seed}; the two models start from the same weights and are drawn from the same "
        "latents."
    )
    return Drawing(figure, rows, caption)


@result("dfm", "denoising-error", "Denoising error of generated features during training", roles=METHODS)
def denoising_error(evidence: dict[str, Evidence]) -> Drawing:
    """‖Φ(G) − r(Φ(G))‖²/n_h over training, as it is and relative to the features' variance."""
    runs = {name: reading.role(evidence, name) for name in METHODS}
    figure, axes = style.canvas(1, 2, height=2.6)
    series: dict[str, dict[str, np.ndarray]] = {}
    for name, run in runs.items():
        color, label = METHODS[name]
        if not isinstance(run.experiment.train.guidance, Denoising):
            raise PipelineError(
                f"experiments.{run.name}: the control needs guidance 'denoising' too, with weight: 0, so "
                "that its denoiser is trained."
            )
        steps, error = reading.by_seed(run.training, "denoising_error")
        _, variance = reading.by_seed(run.training, "feature_variance")
        series[name] = {"steps": steps, "error": error, "relative": error / variance}
        curves.spread(axes[0, 0], steps, np.log10(error), label=label, color=color)
        curves.spread(axes[0, 1], steps, np.log10(error / variance), label=label, color=color)
    error_label = r"$\log_{10}\,\|\Phi(G)-r(\Phi(G))\|^2/n_h$"
    for axis, label, letter in (
        (axes[0, 0], error_label, "(a) denoising error"),
        (axes[0, 1], r"$\log_{10}$ error / variance of $\Phi(x)$", "(b) relative to the features' scale"),
    ):
        axis.set(xlabel="step", ylabel=label)
        style.letter(axis, letter)
    style.legend_below(figure, axes[0, 0])
    rows = [row for name, run in runs.items() for row in _rows(run, series[name])]
    caption = (
        "Squared distance per feature between the features of generated samples and their denoised version, "
        "with the denoiser trained in both cases and used for G in one (claim: lower with it). D is free to "
        "scale its features, so (b) divides by their variance over real data. Thin lines are seeds, bands "
        f"one deviation of the logarithm. {_verdict(series, 'error', 'The error')} "
        + _verdict(series, "relative", "Relative to the variance it")
    )
    return Drawing(figure, rows, caption)


def _rows(run: Evidence, series: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    return [
        {
            "experiment": run.name,
            "seed": seed,
            "step": int(step),
            "denoising_error": f"{series['error'][i, j]:.5g}",
            "relative_to_variance": f"{series['relative'][i, j]:.5g}",
        }
        for i, seed in enumerate(sorted(run.experiment.seeds))
        for j, step in enumerate(series["steps"])
        if np.isfinite(series["error"][i, j])
    ]


def _verdict(series: dict[str, dict[str, np.ndarray]], name: str, subject: str) -> str:
    """Mean over the second half of training, DFM against control, seed by seed."""
    late = {
        method: np.nanmean(values[name][:, values["steps"] >= values["steps"].max() / 2], axis=1)
        for method, values in series.items()
    }
    ratio = late["dfm"] / late["control"]
    known = ratio[np.isfinite(ratio)]
    if not len(known):
        return f"{subject} cannot be compared: no seed trained with both."
    listed = ", ".join(tables.number(float(each)) for each in known)
    return (
        f"{subject} is {listed} times the control's over the second half of training, seed by seed: below it "
        f"in {int((known < 1).sum())} of {len(known)}."
    )
