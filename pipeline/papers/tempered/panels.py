"""Data, lensed data and samples side by side over training (tempered, Fig. 1, 4 top, 7 and 8)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import data, style
from pipeline.figures import samples as grids
from pipeline.figures.drawing import Drawing
from pipeline.figures.table import number
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import at_step, by_seed, diverged, rounded, snapshots
from pipeline.papers.registry import result
from pipeline.papers.tempered.common import fid_note, final_text, lambda_text, method, pairs, spoken
from pipeline.params.base import Positive
from pipeline.params.settings import LensSnapshot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

# inches for titles over and numbers under the images, and for the labels of the rows
HEAD, LABEL = 0.95, 0.3
OBJECTIVES = {
    "saturating": "GAN (saturating loss)",
    "non_saturating": "GAN",
    "least_squares": "LSGAN",
    "wasserstein_gp": "WGAN-GP",
}
CHANNELS = ("red", "green", "blue")


@result("tempered", "fig4-top", each=True)
def fixed_weight(
    evidence: Mapping[str, Evidence], *, stages: list[LensSnapshot], images: Positive
) -> Drawing:
    return over_training(evidence, stages, images, "mnist")


@result("tempered", "fig7", each=True)
def wasserstein(evidence: Mapping[str, Evidence], *, stages: list[LensSnapshot], images: Positive) -> Drawing:
    return over_training(evidence, stages, images, "cifar10")


@result("tempered", "fig8", each=True)
def faces(evidence: Mapping[str, Evidence], *, stages: list[LensSnapshot], images: Positive) -> Drawing:
    return over_training(evidence, stages, images, "celeba")


@result("tempered", "fig1", each=True)
def color_digits(
    evidence: Mapping[str, Evidence], *, stages: list[LensSnapshot], images: Positive, samples: Positive
) -> Drawing:
    """Above, G(Z) and L(X) at `stages` beside X; below, final samples of every run, channel by channel."""
    lensed, plain = pairs(evidence)
    heights = [_height(stages)] * len(lensed) + [_channels_height(samples)] * (len(lensed) + 1)
    figure, parts = style.stack(heights)
    rows = []
    for part, run in zip(parts, lensed, strict=False):
        rows += _draw_stages(part, run, stages, images)
    for part, run in zip(parts[len(lensed) :], (plain, *lensed), strict=True):
        rows += _draw_channels(part, run, samples)
    caption = (
        f"DCGAN with and without a lens on {data.described(plain.dataset, 'color_mnist')}, seed "
        f"{plain.experiment.seeds[0]}. Above: {_stages_caption(lensed)} Below: samples at the last step and "
        "their three channels apart. FID of this seed stands beside them; over all seeds it is "
        f"{', '.join(f'{final_text(run)} ({spoken(run)})' for run in (plain, *lensed))}. The paper, on Color "
        "MNIST, has 63 without a lens, with digits in the green channel alone, and 8 (caption) or 9 (text) "
        f"with it. {fid_note(plain, 'color_mnist')}"
    )
    return Drawing(figure, rows, caption)


def over_training(evidence: Mapping[str, Evidence], stages: list[int], images: int, printed: str) -> Drawing:
    """G(Z) and L(X) at the given stages beside X, a part for each run."""
    runs = list(evidence.values())
    figure, parts = style.stack([_height(stages)] * len(runs))
    rows = []
    for part, run in zip(parts, runs, strict=True):
        rows += _draw_stages(part, run, stages, images)
    first = runs[0]
    caption = (
        f"{OBJECTIVES[first.experiment.train.objective.kind]} with a lens on "
        f"{data.described(first.dataset, printed)}, seed {first.experiment.seeds[0]}: {_stages_caption(runs)}"
    )
    return Drawing(figure, rows, caption)


def _stages_caption(runs: list[Evidence]) -> str:
    which = "" if len(runs) == 1 else f"; one after the other: {', '.join(spoken(run) for run in runs)}"
    return (
        "samples G(Z) and lensed real examples L(X) at several steps, with the examples X themselves at the "
        f"right{which}. Over each column stand the step and λ, under L(X) the squared reconstruction error "
        "of a pixel in training, mean over seeds."
    )


def _height(stages: list[int]) -> float:
    return HEAD + 2 * (style.TEXT_WIDTH - LABEL) / (len(stages) + 1)


def _draw_stages(part: SubFigure, run: Evidence, stages: list[int], images: int) -> list[dict[str, Any]]:
    """Two rows of image grids; the run's FID and reconstruction error of all seeds at these steps."""
    seed, columns = run.experiment.seeds[0], math.isqrt(images)
    missing = sorted(set(stages) - set(run.experiment.train.snapshot_steps))
    if missing:
        raise PipelineError(
            f"The figure shows steps {missing}, at which experiment '{run.name}' keeps no snapshot: add them "
            "to train.snapshots, or choose other stages."
        )
    if "examples" not in run.arrays:
        raise PipelineError(f"Experiment '{run.name}' has no lensed examples: give it sample.shown.")
    axes = part.subplots(2, len(stages) + 1, squeeze=False)
    made, shown = snapshots(run, "panel", seed), snapshots(run, "shown", seed)
    errors = {step: _reconstruction(run, step) for step in stages}
    for column, step in zip(axes.T, stages, strict=False):
        for axis, found in zip(column, (made, shown), strict=True):
            if step in found:
                grids.show(axis, pixels(run, found[step][:images]), columns)
            else:
                style.notice(axis, f"diverged at\nstep {diverged(run).get(seed, step)}")
        column[0].set_title(f"step {step}\n" + rf"$\lambda = {lambda_text(run, step)}$")
        if errors[step]:
            column[1].set_xlabel(number(float(np.mean(list(errors[step].values()))), 4), size=8)
    axes[0, 0].set_ylabel(r"$G(Z)$")
    axes[1, 0].set_ylabel(r"$L(X)$")
    axes[0, -1].set_axis_off()
    grids.show(axes[1, -1], pixels(run, run.arrays["examples"][:images]), columns)
    axes[1, -1].set_xlabel("$X$")
    part.suptitle(method(run), size=9)
    fids = {step: at_step(run, "fid", step) for step in stages}
    return [
        {"method": spoken(run), "experiment": run.name, "seed": s, "step": step,
         "lambda": float(lambda_text(run, step)), "fid": rounded(fids[step][s]),
         "reconstruction": rounded(errors[step].get(s), 6)}
        for step in stages
        for s in run.experiment.seeds
    ]  # fmt: skip


def _reconstruction(run: Evidence, step: int) -> dict[int, float]:
    """Seed → squared error of a pixel at a step of the log; empty at step 0, which has no update."""
    steps, values = by_seed(run.training, "reconstruction")
    place = np.flatnonzero(steps == step)
    if not len(place):
        return {}
    found = zip(run.experiment.seeds, values[:, place[0]], strict=True)
    return {seed: float(value) for seed, value in found if math.isfinite(value)}


def _channels_height(samples: int) -> float:
    columns = _columns(samples)
    return 0.3 + style.TEXT_WIDTH / 4 * math.ceil(samples / columns) / columns


def _columns(samples: int) -> int:
    return math.ceil(math.sqrt(2 * samples))


def _draw_channels(part: SubFigure, run: Evidence, samples: int) -> list[dict[str, Any]]:
    """Final samples of the first seed, then each of their channels in grey."""
    seed, last = run.experiment.seeds[0], run.experiment.train.steps
    axes = part.subplots(1, 4, squeeze=False)[0]
    panel = snapshots(run, "panel", seed).get(last)
    fids = at_step(run, "fid", last)
    if panel is None:
        _lost(axes, diverged(run).get(seed, last))
    else:
        images = pixels(run, panel[:samples])
        grids.show(axes[0], images, _columns(samples))
        for channel, axis in enumerate(axes[1:]):
            grids.show(axis, images[:, channel : channel + 1], _columns(samples))
    for axis, name in zip(axes, (f"{method(run)}\nFID {number(fids[seed], 1)}", *CHANNELS), strict=True):
        axis.set_title(name)
    return [
        {"method": spoken(run), "experiment": run.name, "seed": s, "step": last, "fid": rounded(value)}
        for s, value in fids.items()
    ]


def _lost(axes: list[Axes], step: int) -> None:
    for axis in axes:
        style.notice(axis, f"diverged at\nstep {step}")


def pixels(run: Evidence, images: np.ndarray) -> np.ndarray:
    """uint8 images, whatever the samples are kept as."""
    return to_pixels(images, run.experiment.train.range)
