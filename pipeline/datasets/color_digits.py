"""Three digits stacked as red, green and blue: Color MNIST (tempered) made of scikit-learn's digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.datasets import SPLITS, Prepared, digits
from pipeline.datasets.splits import assign
from pipeline.params.datasets import ColorDigits


def prepare(config: ColorDigits, raw: Path) -> Prepared:
    """Images (count, 3, size, size), labelled by the digits of the three channels (count, 3)."""
    images, labels = digits.read(raw, config.size)
    table, split = index_table(config, len(images))
    return Prepared(images[table], labels[table], split, list(config.factors.values()))


def index_table(config: ColorDigits, available: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of the `available` digits make each image, int64 (count, 3), and the images' split codes.

    Draws are independent, uniform and with replacement among the digits of the image's own split,
    so no digit is seen both in training and in test.
    """
    source = assign(available, config.splits, stream="digits")
    split = assign(config.count, config.splits)
    rng = streams.numpy_stream(config.seed, "color digits")
    table = np.empty((config.count, 3), dtype=np.int64)
    for code in range(len(SPLITS)):
        rows = split == code
        if rows.any():
            table[rows] = rng.choice(np.flatnonzero(source == code), size=(rows.sum(), 3))
    return table, split
