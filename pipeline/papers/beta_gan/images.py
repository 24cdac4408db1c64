"""Figures 4 to 6 of β-GAN: frozen noise, and images on the way from the uniform law to the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels, to_values
from pipeline.figures import data, style
from pipeline.figures import samples as grids
from pipeline.figures.drawing import Drawing
from pipeline.figures.table import number, plus_minus
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import (
    at_step,
    diverged,
    finals,
    mean_deviation,
    part,
    role,
    rounded,
    snapshots,
)
from pipeline.papers.beta_gan.common import beta_text, last_beta
from pipeline.papers.registry import result
from pipeline.params.base import Positive
from pipeline.params.experiment import Train
from pipeline.params.seams import Anneal

UNIFORM_STD = 1 / math.sqrt(3)
BINS = 40
TOLERANCE = 0.01
SCORES = {"class_entropy": "class entropy", "fid": "FID"}


@result("beta_gan", "fig4", roles=("tanh", "relu"))
def frozen_noise(evidence: Mapping[str, Evidence], *, images: Positive) -> Drawing:
    """Grids of 'uniform images' of a tanh and a ReLU generator, over the histograms of their pixels."""
    runs = {"(a) tanh generator": role(evidence, "tanh"), "(b) ReLU generator": role(evidence, "relu")}
    figure, axes = style.canvas(2, 2, width=5.4, height=5.3, height_ratios=(2.3, 1))
    rows = []
    for column, (title, run) in enumerate(runs.items()):
        rows += _spread_rows(title, run)
        panels = snapshots(run, "panel", run.experiment.seeds[0])
        axes[0, column].set_title(f"{title}\n{_spread_text(run)}")
        if run.experiment.train.steps in panels:
            last = panels[run.experiment.train.steps]
            rows += _draw_noise(axes[:, column], title, last[:images], last, run.experiment.train)
        else:
            style.notice(axes[0, column], f"diverged at step {diverged(run)[run.experiment.seeds[0]]:,}")
            style.notice(axes[1, column], "no samples")
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
    std = mean_deviation(finals(run, "std_mean").values())
    rank = mean_deviation(finals(run, "rank").values())
    effective = mean_deviation(finals(run, "effective_rank").values())
    size = math.prod(run.dataset.prepare.shape)
    deviation = f"per-pixel std {plus_minus(*std, 3)}\n(uniform {UNIFORM_STD:.3f})"
    return f"{deviation}\nrank {plus_minus(*rank, 0)} of {size}, effective {plus_minus(*effective, 0)}"


def _spread_rows(panel: str, run: Evidence) -> list[dict[str, Any]]:
    found = {name: finals(run, name) for name in ("std_mean", "rank", "effective_rank")}
    return [
        {"panel": panel, "seed": seed, **{name: rounded(values[seed]) for name, values in found.items()}}
        for seed in run.experiment.seeds
    ]


def _draw_noise(
    axes: np.ndarray, panel: str, shown: np.ndarray, samples: np.ndarray, train: Train
) -> list[dict[str, Any]]:
    """The grid and the histogram of one generator; the histogram's rows."""
    low, high = train.range
    grids.show(axes[0], to_pixels(shown, train.range), math.isqrt(len(shown)))
    values = to_values(samples, train.range).ravel()
    edge = 1.25 * high - 0.25 * low
    density, edges = np.histogram(values, bins=BINS, range=(low + high - edge, edge), density=True)
    axes[1].stairs(density, edges, fill=True, color=style.GENERATED, alpha=0.45, label="generated")
    axes[1].plot(
        [low, low, high, high],
        [0, 1 / (high - low), 1 / (high - low), 0],
        color=style.REAL,
        label="uniform law",
    )
    axes[1].set(xlim=(edges[0], edges[-1]), xlabel="pixel value", xticks=[low, (low + high) / 2, high])
    return [
        {
            "panel": panel,
            "pixel_from": round(float(a), 4),
            "pixel_to": round(float(b), 4),
            "density": rounded(float(d)),
        }
        for a, b, d in zip(edges[:-1], edges[1:], density, strict=True)
    ]


@result("beta_gan", "fig5", roles=("annealed",))
def annealed_digits(evidence: Mapping[str, Evidence], *, betas: list[float], images: Positive) -> Drawing:
    return annealed_images(role(evidence, "annealed"), betas, images, "mnist")


@result("beta_gan", "fig6", roles=("annealed",))
def annealed_faces(evidence: Mapping[str, Evidence], *, betas: list[float], images: Positive) -> Drawing:
    return annealed_images(role(evidence, "annealed"), betas, images, "celeba")


def annealed_images(run: Evidence, betas: list[float], images: int, printed: str) -> Drawing:
    """Grids of samples at the end of the stages of the given `betas` and at β = ∞, first seed."""
    seed, score = run.experiment.seeds[0], _score(run)
    steps = [stage_end(run, beta) for beta in betas] + [run.experiment.train.steps]
    panels = snapshots(run, "panel", seed)
    figure, axes = style.canvas(1, len(steps), height=style.TEXT_WIDTH / len(steps) + 0.38)
    rows = []
    for letter, axis, step in zip("abcdefgh", axes[0], steps, strict=False):
        beta = beta_text(last_beta(run.experiment.train, step))
        values = at_step(run, score, step)
        rows += [
            {"panel": letter, "beta": beta, "step": step, "seed": s, score: rounded(value)}
            for s, value in values.items()
        ]
        if step in panels:
            grid = to_pixels(panels[step][:images], run.experiment.train.range)
            grids.show(axis, grid, math.isqrt(len(grid)))
        else:
            style.notice(axis, f"diverged at\nstep {diverged(run).get(seed, step):,}")
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


def stage_end(run: Evidence, beta: float) -> int:
    """The last snapshot whose networks were trained at `beta`, to one per cent.

    Raises PipelineError, with the β of every snapshot, when there is none.
    """
    train = run.experiment.train
    part(run, "tempering", Anneal)
    at = {step: last_beta(train, step) for step in train.snapshot_steps if step > 0}
    fitting = [step for step, value in at.items() if math.isclose(value, beta, rel_tol=TOLERANCE)]
    if not fitting:
        known = ", ".join(f"{step} (β = {beta_text(value)})" for step, value in at.items())
        raise PipelineError(
            f"Experiment '{run.name}' keeps no snapshot of β = {beta_text(beta)}; it keeps {known}. Add the "
            "last step of that stage to train.snapshots."
        )
    return max(fitting)


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
