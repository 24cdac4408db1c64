"""Grids of images: an experiment's samples at a step, or any sheet with names along its edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import style
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import diverged, snapshots

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def panel(
    axes: Axes, run: Evidence, step: int, count: int, *, kind: str = "panel", seed: int | None = None
) -> int:
    """A square grid of the first `count` images that a seed (None: the first) left at a step, or why there
    is none. kind: see `snapshots`. Returns how many are shown."""
    seed = run.experiment.seeds[0] if seed is None else seed
    found = snapshots(run, kind, seed)
    if step not in found:
        lost(axes, run, seed, step)
        return 0
    images = to_pixels(found[step][:count], run.experiment.train.range)
    show(axes, images, math.isqrt(count))
    return len(images)


def lost(axes: Axes, run: Evidence, seed: int, step: int) -> None:
    """A panel that says when a seed diverged."""
    style.notice(axes, f"diverged\nat step {diverged(run).get(seed, step):,}")


def kept(run: Evidence, steps: Sequence[int], setting: str = "steps") -> None:
    """Raise PipelineError when an experiment keeps no snapshot at one of the steps of a setting."""
    missing = sorted(set(steps) - set(run.experiment.train.snapshot_steps))
    if missing:
        raise PipelineError(
            f"The figure shows steps {missing}, at which experiment '{run.name}' keeps no snapshot: add them "
            f"to train.snapshots, or choose other {setting}."
        )


def sheet(axes: Axes, images: np.ndarray, names: Sequence[str], padding: int = 2) -> float:
    """Images in rows under the names of their columns. Returns the pitch of the grid in pixels."""
    show(axes, images, len(names), padding)
    pitch = images.shape[-1] + padding
    for column, name in enumerate(names):
        axes.text((column + 0.5) * pitch, -2, name, ha="center", va="bottom", size=8)
    return pitch


def tile(images: np.ndarray, columns: int, padding: int = 2) -> np.ndarray:
    """Images (count, channels, height, width) uint8 in rows of `columns`, as one picture (h, w, 3).

    Raises PipelineError when the array is not uint8 with one or three channels.
    """
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] not in (1, 3):
        raise PipelineError(
            "An image grid takes uint8 images (count, 1 or 3, height, width), "
            f"not {images.dtype} {images.shape}."
        )
    count, _, height, width = images.shape
    rows = -(-count // columns)
    picture = np.full(
        (rows * (height + padding) - padding, columns * (width + padding) - padding, 3), 255, np.uint8
    )
    for position, image in enumerate(images):
        top = position // columns * (height + padding)
        left = position % columns * (width + padding)
        picture[top : top + height, left : left + width] = image.transpose(1, 2, 0)
    return picture


def show(axes: Axes, images: np.ndarray, columns: int, padding: int = 2) -> None:
    """Draw a grid of uint8 images (count, channels, height, width) into a panel."""
    style.bare(axes)
    axes.imshow(tile(images, columns, padding), interpolation="nearest")
