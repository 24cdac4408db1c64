"""Two cubic wire frames, one inside the other: disjoint 1-D manifolds in 3-D (beta_gan, Fig. 2 bottom)."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.datasets import Prepared
from pipeline.datasets.splits import assign
from pipeline.params.datasets import Cubes

EDGES_PER_CUBE = 12


def edges(config: Cubes) -> np.ndarray:
    """End points of the edges, float64 (24, 2, 3): 12 of the cube of half_sides[0], then 12 of the other."""
    return np.concatenate([half_side * _unit_edges() for half_side in config.half_sides])


def prepare(config: Cubes, raw: Path) -> Prepared:
    """`count` points without noise, labelled by edge; edge // 12 is the cube.

    Each cube has weight 1/2 and its edges are equally long, so the edge is uniform over the 24.
    """
    rng = streams.numpy_stream(config.seed, "cubes")
    lines = edges(config)
    labels = rng.integers(len(lines), size=config.count)
    along = rng.random((config.count, 1))
    start, end = lines[labels, 0], lines[labels, 1]
    return Prepared(
        data=(start + along * (end - start)).astype(np.float32),
        labels=labels.astype(np.int64),
        split=assign(config.count, config.splits),
        classes=[len(lines)],
    )


def _unit_edges() -> np.ndarray:
    """The edges of [−1, 1]³, (12, 2, 3): one axis runs from −1 to 1, the other two are at a corner."""
    lines = np.empty((EDGES_PER_CUBE, 2, 3))
    for number, (axis, corner) in enumerate(product(range(3), product((-1.0, 1.0), repeat=2))):
        others = [other for other in range(3) if other != axis]
        line = lines[number]
        line[:, others] = corner
        line[:, axis] = (-1.0, 1.0)
    return lines
