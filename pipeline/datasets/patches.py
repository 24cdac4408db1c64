"""Colour crops of scikit-learn's two photographs, labelled by photograph and region."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.base.errors import PipelineError
from pipeline.base.files import read_npy
from pipeline.datasets import SPLITS, Prepared
from pipeline.datasets.splits import assign
from pipeline.params.datasets import Patches

ROWS, COLUMNS = 2, 4
CELLS = ROWS * COLUMNS
STRIPES = ("train", "validation", "test", "train")


@dataclass(frozen=True)
class Region:
    """A rectangle of a photograph that crops of one class and one split are taken from."""

    photograph: int
    top: int
    left: int
    height: int
    width: int


def prepare(config: Patches, raw: Path) -> Prepared:
    """Images (count, 3, size, size); the class is uniform over photograph × 2 rows × 4 columns.

    Each photograph is divided into 2 × 4 cells and each cell into four upright stripes: training,
    validation, test, training. A crop lies wholly inside one stripe of its own cell, so the splits
    share no pixel; the held-out stripes are in the middle, where they resemble their own cell more
    than its neighbour. Their width is their share of the cell, or a crop's if that is more.
    """
    photographs = [read_npy(raw / f"{name}.npy") for name in config.photographs]
    classes = len(photographs) * CELLS
    split = assign(config.count, config.splits)
    rng = streams.numpy_stream(config.seed, "patches")
    labels = rng.integers(classes, size=config.count)
    places = {
        (label, code): regions(config, photographs[0].shape[:2], label, code)
        for label in range(classes)
        for code in np.unique(split).tolist()
    }
    data = np.empty((config.count, *config.shape), dtype=np.uint8)
    for row, key in enumerate(zip(labels.tolist(), split.tolist(), strict=True)):
        place = places[key][rng.integers(len(places[key]))]
        data[row] = _crop(photographs, place, config.size, rng)
    return Prepared(data, labels.astype(np.int64), split, [classes])


def regions(config: Patches, photograph: tuple[int, ...], label: int, code: int) -> list[Region]:
    """Where crops of class `label` and split `code` lie, for photographs of (height, width) pixels.

    Raises PipelineError when a cell has no room for its stripes.
    """
    height, width = photograph[0] // ROWS, photograph[1] // COLUMNS
    number, cell = divmod(label, CELLS)
    row, column = divmod(cell, COLUMNS)
    validation, test = (
        _stripe(share, width, config.size) for share in (config.splits.validation, config.splits.test)
    )
    left_training = (width - validation - test) // 2
    if config.size > min(height, left_training):
        raise PipelineError(
            f"Patches of {config.size} pixels leave no room for training beside the held-out stripes in "
            f"regions of {height}×{width} pixels: lower prepare.size or the shares in prepare.splits."
        )
    borders = [*np.cumsum([0, left_training, validation, test]).tolist(), width]
    return [
        Region(number, row * height, column * width + left, height, right - left)
        for (left, right), split in zip(pairwise(borders), STRIPES, strict=True)
        if SPLITS.index(split) == code
    ]


def _stripe(share: float, width: int, size: int) -> int:
    return max(size, round(share * width)) if share else 0


def _crop(photographs: list[np.ndarray], place: Region, size: int, rng: np.random.Generator) -> np.ndarray:
    """A crop at a uniform place, (3, size, size)."""
    top = place.top + int(rng.integers(place.height - size + 1))
    left = place.left + int(rng.integers(place.width - size + 1))
    return photographs[place.photograph][top : top + size, left : left + size].transpose(2, 0, 1)
