"""Color MNIST (tempered): three MNIST digits stacked as red, green and blue."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.datasets import Prepared, mnist
from pipeline.datasets.splits import consecutive
from pipeline.params.datasets import ColorMNIST


def prepare(config: ColorMNIST, raw: Path) -> Prepared:
    """Images (count + reference_count, 3, size, size), labelled by the digits of the three channels (n, 3).

    Both splits are made of training digits; the reference is the test split, drawn with its own seed.
    """
    images, labels = mnist.read(config, raw, "train")
    draws = [(config.count, config.seed), (config.reference_count, config.reference_seed)]
    table = np.concatenate([index_table(len(images), count, seed) for count, seed in draws])
    split = consecutive(config.count, 0, config.reference_count)
    return Prepared(images[table], labels[table], split, list(config.factors.values()))


def index_table(available: int, count: int, seed: int) -> np.ndarray:
    """Which of the `available` digits make each image, int64 (count, 3), uniform with replacement."""
    return streams.numpy_stream(seed, "color mnist").integers(available, size=(count, 3))
