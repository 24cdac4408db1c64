"""Figures 4 to 6 of β-GAN: frozen noise, and images on the way from the uniform law to the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_values
from pipeline.figures import data, density, samples, style
from pipeline.figures.drawing import Drawing, Row, seed_rows
from pipeline.figures.table import number, plus_minus
from pipeline.measures.annealing import beta_text, last_beta, stage_end
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import at_step, finals, mean_deviation, role, snapshots
from pipeline.papers.registry import result
from pipeline.params.base import Positive

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNIFORM_STD = 1 / math.sqrt(3)
BINS = 40
SPREAD = ("std_mean", "rank", "effective_rank")
SCORES = {"class_entropy": "class entropy", "fid": "FID"}


@result("beta_gan", "fig4", roles=("tanh", "relu"))
def frozen_noise(evidence: Mapping[str, Evidence], *, images: Positive) -> Drawing:
    """Grids of 'uniform images' of a tanh and a ReLU generator, over the histograms of their pixels."""
    runs = {"(a) tanh generator": role(evidence, "tanh"), "(b) ReLU generator": role(evidence, "relu")}
    figure, axes = style.canvas(2, 2, width=5.4, height=5.3, height_ratios=(2.3, 1))
    rows: list[Row] = []
    for (above, below), (title, run) in zip(axes.T, runs.items(), strict=True):
        seeds, last = run.experiment.seeds, run.experiment.train.steps
        found = {name: finals(run, name) for name in SPREAD}
        rows += seed_rows(seeds, found, {"panel": title})
        above.set_title(f"{title}\n{_spread_text(run)}")
        if samples.panel(above, run, last, images):
            pixels = to_values(snapshots(run, "panel", seeds[0])[last], run.experiment.train.range)
            bars = _pixel_histogram(below, pixels, *run.experiment.train.range)
            rows += [{"panel": title, **bar} for bar in bars]
        else:
            style.notice(below, "no samples")
    axes[1, 0].set_ylabel("density")
    style.legend_below(figure, axes)
    caption = (
        "Generators trained on the uniform law of images. Over the grids: deviation of a pixel over "
        f"samples, mean over pixels, which is 1/√3 ≈ {UNIFORM_STD:.3f} for the uniform law and 0 for frozen "
        "noise; the rank of the samples' covariance, and its effective rank, the exponential of the entropy "
        "of its spectrum (mean ± one deviation over seeds). Below: histogram of all pixels and the uniform "
        "density, which frozen noise can match too."
    )
    return Drawing(figure, rows, caption)


def _spread_text(run: Evidence) -> str:
    std, rank, effective = (mean_deviation(finals(run, name).values()) for name in SPREAD)
    size = math.prod(run.dataset.prepare.shape)
    deviation = f"per-pixel std {plus_minus(*std, 3)}\n(uniform {UNIFORM_STD:.3f})"
    return f"{deviation}\nrank {plus_minus(*rank, 0)} of {size}, effective {plus_minus(*effective, 0)}"


def _pixel_histogram(axes: Axes, pixels: np.ndarray, low: float, high: float) -> list[Row]:
    """The histogram of all pixels over the uniform density in [low, high]."""
    edge = 1.25 * high - 0.25 * low
    limits = (low + high - edge, edge)
    rows = density.histogram(axes, pixels.ravel(), BINS, limits, label="generated", name="pixel")
    corners = [0, 1 / (high - low), 1 / (high - low), 0]
    axes.plot([low, low, high, high], corners, color=style.REAL, label="uniform law")
    axes.set(xlim=limits, xlabel="pixel value", xticks=[low, (low + high) / 2, high])
    return rows


@result("beta_gan", "fig5", roles=("annealed",), printed="mnist")
@result("beta_gan", "fig6", roles=("annealed",), printed="celeba")
def annealed_images(
    evidence: Mapping[str, Evidence], *, betas: list[float], images: Positive, printed: str
) -> Drawing:
    """Grids of samples at the end of the stages of the given `betas` and at β = ∞, first seed."""
    run = role(evidence, "annealed")
    seed, score = run.experiment.seeds[0], _score(run)
    steps = [stage_end(run, beta) for beta in betas] + [run.experiment.train.steps]
    figure, axes = style.canvas(1, len(steps), height=style.TEXT_WIDTH / len(steps) + 0.38)
    rows: list[Row] = []
    for letter, axis, step in zip("abcdefgh", axes[0], steps, strict=False):
        beta = beta_text(last_beta(run.experiment.train, step))
        values = at_step(run, score, step)
        rows += seed_rows(values, {score: values}, {"panel": letter, "beta": beta, "step": step})
        samples.panel(axis, run, step, images)
        label = beta.replace("∞", r"\infty")
        axis.set_title(rf"({letter}) $\beta = {label}$" + f"\n{SCORES[score]} {number(values[seed])}")
    return Drawing(figure, rows, _annealed_caption(run, seed, score, printed))


def _score(run: Evidence) -> str:
    """What every snapshot is measured by: class entropy, or FID where classes are not measured.

    Raises PipelineError when neither was.
    """
    for name in SCORES:
        if any(column.startswith(name) for column in run.curves):
            return name
    raise PipelineError(
        f"experiments.{run.name} measures neither classes nor FID at its snapshots: add the metric "
        "'class_entropy' or 'fidelity', and set evaluate.every_snapshot."
    )


def _annealed_caption(run: Evidence, seed: int, score: str, printed: str) -> str:
    seeds = run.experiment.seeds
    which = f" of seed {seed}; the table holds all {len(seeds)} seeds" if len(seeds) > 1 else ""
    text = (
        f"β-GAN during annealing on {data.described(run.dataset, printed)}: samples from the networks at the "
        "end of the uniform stage (β = 0), of two stages in between and of training (β = ∞)"
        f"{which}. "
    )
    if score == "fid":
        return f"{text}FID is measured against real data, on the features of {data.features(run)}."
    return (
        f"{text}Class entropy is that of the classes which {data.features(run)} assigns to the samples, in "
        f"nats; {data.equal_classes(run)}while β is small the samples are noise, and the classifier's "
        "answers say little about what they show."
    )
