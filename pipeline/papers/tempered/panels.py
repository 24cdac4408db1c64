"""Data, lensed data and samples side by side over training (tempered, Fig. 1, 4 top, 7 and 8)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import data, style
from pipeline.figures import samples as grids
from pipeline.figures.drawing import Drawing, Row, seed_rows
from pipeline.figures.table import number
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import at_step, logged_at, rounded, snapshots
from pipeline.measures.runs import known
from pipeline.papers.registry import result
from pipeline.papers.tempered.common import fid_note, lambda_text, method, pairs, spoken
from pipeline.params.base import Positive
from pipeline.params.settings import LensSnapshot

if TYPE_CHECKING:
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


@result("tempered", "fig1", each=True)
def color_digits(
    evidence: Mapping[str, Evidence], *, stages: list[LensSnapshot], images: Positive, samples: Positive
) -> Drawing:
    """Above, G(Z) and L(X) at `stages` beside X; below, final samples of every run, channel by channel."""
    lensed, plain = pairs(evidence)
    columns = math.ceil(math.sqrt(2 * samples))
    below = 0.3 + style.TEXT_WIDTH / 4 * math.ceil(samples / columns) / columns
    figure, parts = style.stack([_height(stages)] * len(lensed) + [below] * (len(lensed) + 1))
    rows: list[Row] = []
    for part, run in zip(parts, lensed, strict=False):
        rows += _draw_stages(part, run, stages, images)
    for part, run in zip(parts[len(lensed) :], (plain, *lensed), strict=True):
        rows += _draw_channels(part, run, samples, columns)
    caption = (
        f"DCGAN with and without a lens on {data.described(plain.dataset, 'color_mnist')}, seed "
        f"{plain.experiment.seeds[0]}. Above: {_stages_caption(lensed)} Below: samples at the last step and "
        "their three channels apart, with the FID of this seed. The paper, on Color MNIST, has 63 without a "
        "lens, with digits in the green channel alone, and 8 (caption) or 9 (text) with it. "
        f"{fid_note(plain, 'color_mnist')}"
    )
    return Drawing(figure, rows, caption)


@result("tempered", "fig4-top", each=True, printed="mnist")
@result("tempered", "fig7", each=True, printed="cifar10")
@result("tempered", "fig8", each=True, printed="celeba")
def over_training(
    evidence: Mapping[str, Evidence], *, stages: list[LensSnapshot], images: Positive, printed: str
) -> Drawing:
    """G(Z) and L(X) at the given stages beside X, a part for each run."""
    runs = list(evidence.values())
    figure, parts = style.stack([_height(stages)] * len(runs))
    rows: list[Row] = []
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


def _draw_stages(part: SubFigure, run: Evidence, stages: list[int], images: int) -> list[Row]:
    """Two rows of image grids; the run's FID and reconstruction error of all seeds at these steps."""
    grids.kept(run, stages, "stages")
    if "examples" not in run.arrays:
        raise PipelineError(f"Experiment '{run.name}' has no lensed examples: give it sample.shown.")
    axes = part.subplots(2, len(stages) + 1, squeeze=False)
    rows: list[Row] = []
    for (above, below), step in zip(axes.T, stages, strict=False):
        for axis, kind in ((above, "panel"), (below, "shown")):
            grids.panel(axis, run, step, images, kind=kind)
        weight, errors = lambda_text(run, step), logged_at(run, "reconstruction", step)
        above.set_title(f"step {step}\n" + rf"$\lambda = {weight}$")
        # Step 0 has no update, and so no error.
        if seen := known(errors):
            below.set_xlabel(number(float(np.mean(seen)), 4), size=8)
        about = {"method": spoken(run), "experiment": run.name}
        rows += [
            {**about, "seed": seed, "step": step, "lambda": float(weight), "fid": rounded(fid),
             "reconstruction": rounded(errors[seed], 6)}
            for seed, fid in at_step(run, "fid", step).items()
        ]  # fmt: skip
    axes[0, 0].set_ylabel(r"$G(Z)$")
    axes[1, 0].set_ylabel(r"$L(X)$")
    axes[0, -1].set_axis_off()
    examples = to_pixels(run.arrays["examples"][:images], run.experiment.train.range)
    grids.show(axes[1, -1], examples, math.isqrt(images))
    axes[1, -1].set_xlabel("$X$")
    part.suptitle(method(run), size=9)
    return rows


def _draw_channels(part: SubFigure, run: Evidence, samples: int, columns: int) -> list[Row]:
    """Final samples of the first seed, then each of their channels in grey."""
    seed, last = run.experiment.seeds[0], run.experiment.train.steps
    axes = part.subplots(1, 4, squeeze=False)[0]
    panel = snapshots(run, "panel", seed).get(last)
    fids = at_step(run, "fid", last)
    names = (f"{method(run)}\nFID {number(fids[seed], 1)}", *CHANNELS)
    for channel, (axis, name) in enumerate(zip(axes, names, strict=True)):
        if panel is None:
            grids.lost(axis, run, seed, last)
        else:
            images = to_pixels(panel[:samples], run.experiment.train.range)
            grids.show(axis, images if channel == 0 else images[:, channel - 1 : channel], columns)
        axis.set_title(name)
    found = seed_rows(fids, {"fid": fids}, {"method": spoken(run), "experiment": run.name})
    return [{**row, "step": last} for row in found]
