"""Two wire frames: 24 edges of the right lengths, and points that lie on them."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.datasets import cubes
from pipeline.params.datasets import Cubes, Splits

CONFIG = Cubes(
    kind="cubes",
    half_sides=[0.8, 0.4],
    count=24_000,
    seed=0,
    splits=Splits(validation=0.1, test=0.1, seed=0),
)


def test_edges_are_those_of_two_cubes():
    lines = cubes.edges(CONFIG)
    assert lines.shape == (24, 2, 3)
    lengths = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1)
    np.testing.assert_allclose(lengths, [1.6] * 12 + [0.8] * 12)
    np.testing.assert_allclose(np.abs(lines[:12]), 0.8)
    np.testing.assert_allclose(np.abs(lines[12:]), 0.4)
    middles = {tuple(middle) for middle in lines.mean(axis=1).round(6)}
    assert len(middles) == 24


def test_points_lie_on_their_edges():
    prepared = cubes.prepare(CONFIG, Path())
    start, end = (cubes.edges(CONFIG)[prepared.labels, side] for side in (0, 1))
    direction = end - start
    along = ((prepared.data - start) * direction).sum(axis=1) / np.square(direction).sum(axis=1)
    np.testing.assert_allclose(start + along[:, None] * direction, prepared.data, atol=1e-6)
    assert along.min() > -1e-6 and along.max() < 1 + 1e-6
    assert np.histogram(along, bins=4, range=(0, 1))[0] / 24_000 == pytest.approx([0.25] * 4, abs=0.01)


def test_each_cube_has_half_the_weight():
    labels = cubes.prepare(CONFIG, Path()).labels
    assert np.mean(labels < 12) == pytest.approx(0.5, abs=0.01)
    np.testing.assert_allclose(np.bincount(labels, minlength=24) / 24_000, 1 / 24, atol=0.006)
