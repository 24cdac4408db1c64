"""The uniform law on [−1, 1] in every coordinate (beta_gan, Algorithm 1 and Fig. 4)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.datasets import Prepared
from pipeline.datasets.splits import assign
from pipeline.params.datasets import UniformBox


def prepare(config: UniformBox, raw: Path) -> Prepared:
    """Points are float32 in [−1, 1); images are uint8, uniform over the 256 grey values. One class."""
    rng = streams.numpy_stream(config.seed, "uniform")
    shape = (config.count, *config.shape)
    points = len(config.shape) == 1
    return Prepared(
        data=_points(shape, rng) if points else rng.integers(256, size=shape, dtype=np.uint8),
        labels=np.zeros(config.count, dtype=np.int64),
        split=assign(config.count, config.splits),
        classes=[1],
    )


def _points(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return 2 * rng.random(shape, dtype=np.float32) - 1
