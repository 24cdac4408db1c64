"""Figures 1 to 3 of `dfm`, and the denoising error of generated features during training."""

from __future__ import annotations

import math

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import curves, data, style
from pipeline.figures import samples as grids
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import result
from pipeline.params.base import Positive
from pipeline.params.seams import Denoising

GUIDED, CONTROL = style.PALETTE[2], style.PALETTE[3]
METHODS = {"dfm": (GUIDED, "denoising feature matching"), "control": (CONTROL, r"control, $\lambda=0$")}


@result("dfm", "fig1", roles=METHODS, number=1, printed="cifar10")
@result("dfm", "fig2", roles=METHODS, number=2, printed="stl10")
@result("dfm", "fig3", roles=METHODS, number=3, printed="imagenet")
def samples(evidence: dict[str, Evidence], *, images: Positive, number: int, printed: str) -> Drawing:
    """Samples as they come, from the same latents with and without denoising, beside real data."""
    runs = {name: reading.role(evidence, name) for name in METHODS}
    seed = runs["dfm"].experiment.seeds[0]
    train = runs["dfm"].experiment.train
    figure, axes = style.canvas(1, 3, height=style.TEXT_WIDTH / 3 + 0.12)
    side = math.isqrt(images)
    real = to_pixels(runs["dfm"].arrays["real"][: side**2], train.range)
    grids.show(axes[0, 0], real, side)
    style.letter(axes[0, 0], f"(a) {data.name(runs['dfm'].dataset)}, real")
    rows: list[Row] = [{"panel": "a", "shown": "real", "seed": "", "step": "", "images": len(real)}]
    for letter, axis, (name, run) in zip("bc", axes[0, 1:], runs.items(), strict=True):
        count = grids.panel(axis, run, train.steps, side**2, seed=seed)
        style.letter(axis, f"({letter}) {METHODS[name][1]}")
        rows.append({"panel": letter, "shown": run.name, "seed": seed, "step": train.steps, "images": count})
    caption = (
        f"Figure {number}, on {data.described(runs['dfm'].dataset, printed)}: samples of the last step, not "
        f"selected, seed {seed}; the two models start from the same weights and are drawn from the same "
        "latents."
    )
    return Drawing(figure, rows, caption)


@result("dfm", "denoising-error", roles=METHODS)
def denoising_error(evidence: dict[str, Evidence]) -> Drawing:
    """‖Φ(G) − r(Φ(G))‖²/n_h over training, as it is and relative to the features' variance."""
    runs = {name: reading.role(evidence, name) for name in METHODS}
    figure, axes = style.canvas(1, 2, height=2.6)
    rows: list[Row] = []
    for name, run in runs.items():
        color, label = METHODS[name]
        if not isinstance(run.experiment.train.guidance, Denoising):
            raise PipelineError(
                f"experiments.{run.name}: the control needs guidance 'denoising' too, with weight: 0, so "
                "that its denoiser is trained."
            )
        steps, error = reading.by_seed(run.training, "denoising_error")
        relative = error / reading.by_seed(run.training, "feature_variance")[1]
        for axis, values in zip(axes[0], (error, relative), strict=True):
            curves.spread(axis, steps, np.log10(values), label=label, color=color)
        rows += [
            {"experiment": run.name, "seed": seed, "step": int(step),
             "denoising_error": f"{error[i, j]:.5g}", "relative_to_variance": f"{relative[i, j]:.5g}"}
            for i, seed in enumerate(sorted(run.experiment.seeds))
            for j, step in enumerate(steps)
            if np.isfinite(error[i, j])
        ]  # fmt: skip
    for axis, label, letter in (
        (axes[0, 0], r"$\log_{10}\,\|\Phi(G)-r(\Phi(G))\|^2/n_h$", "(a) denoising error"),
        (axes[0, 1], r"$\log_{10}$ error / variance of $\Phi(x)$", "(b) relative to the features' scale"),
    ):
        axis.set(xlabel="step", ylabel=label)
        style.letter(axis, letter)
    style.legend_below(figure, axes)
    caption = (
        "Squared distance per feature between the features of generated samples and their denoised version, "
        "with the denoiser trained in both cases and used for G in one. D is free to scale its features, so "
        "(b) divides by their variance over real data. Thin lines are seeds, bands one deviation of the "
        "logarithm."
    )
    return Drawing(figure, rows, caption)
