"""The uniform law as points and as images."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.datasets import uniform
from pipeline.params.datasets import Splits, UniformBox

SPLITS = Splits(validation=0.0, test=0.5, seed=0)


def prepared(dims, count):
    return uniform.prepare(UniformBox(kind="uniform", dims=dims, count=count, seed=0, splits=SPLITS), Path())


def test_points_are_uniform_in_the_box():
    data = prepared([3], 30_000).data
    assert data.dtype == np.float32 and data.shape == (30_000, 3)
    assert data.min() >= -1 and data.max() < 1
    np.testing.assert_allclose(data.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(data.std(axis=0), 1 / np.sqrt(3), atol=0.01)
    np.testing.assert_allclose(np.corrcoef(data.T), np.eye(3), atol=0.03)


def test_images_use_every_grey_value_equally():
    data = prepared([1, 16, 16], 1_000).data
    assert data.dtype == np.uint8 and data.shape == (1_000, 1, 16, 16)
    np.testing.assert_allclose(np.bincount(data.ravel(), minlength=256) / data.size, 1 / 256, rtol=0.15)
    assert (data / 127.5 - 1).std() == pytest.approx(1 / np.sqrt(3), abs=0.01)
