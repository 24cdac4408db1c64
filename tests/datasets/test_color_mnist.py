"""Color MNIST: its fixed index tables."""

from types import SimpleNamespace

import formats.mnist
import numpy as np
import pytest
from configs import source
from pydantic import ValidationError

from pipeline.base import random_streams as streams
from pipeline.datasets import mnist, sources
from pipeline.params.datasets import ColorMNIST

BLOCK = {
    "kind": "color_mnist",
    "size": 32,
    "count": 300,
    "seed": 4,
    "reference_count": 200,
    "reference_seed": 9,
}


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Fifty training images that are all different, each of its own digit, and test images of 255."""
    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).integers(255, size=(50, 28, 28), dtype=np.uint8)
    labels = np.arange(50) % 10
    white = np.full((10, 28, 28), 255)
    formats.mnist.write(tmp_path / "mirror", images, labels, white, np.arange(10))
    sources.download("mnist", source("mnist", verify=False), [tmp_path / "mirror"])
    return SimpleNamespace(raw=tmp_path / "data/raw/mnist", images=images, labels=labels)


def test_channels_are_the_padded_digits_of_the_tables(small):
    prepared = mnist.colors(ColorMNIST(**BLOCK), small.raw)
    tables = [
        streams.numpy_stream(seed, "color mnist").integers(50, size=(count, 3))
        for seed, count in ((4, 300), (9, 200))
    ]
    table = np.concatenate(tables)
    assert prepared.data.shape == (500, 3, 32, 32) and prepared.classes == [10, 10, 10]
    np.testing.assert_array_equal(prepared.data[..., 2:-2, 2:-2], small.images[table])
    np.testing.assert_array_equal(prepared.labels, small.labels[table])
    assert prepared.data.astype(int).sum() == small.images[table].astype(int).sum()
    assert prepared.split.tolist() == [0] * 300 + [2] * 200


def test_the_reference_is_not_the_training_split(small):
    data = mnist.colors(ColorMNIST(**{**BLOCK, "count": 200, "size": 28}), small.raw).data
    assert data.shape == (400, 3, 28, 28)
    same = (data[:200] == data[200:]).all(axis=(1, 2, 3))
    assert same.mean() < 0.02
    with pytest.raises(ValidationError, match="must differ"):
        ColorMNIST(**{**BLOCK, "reference_seed": 4})


def test_draws_are_uniform_independent_and_with_replacement():
    table = mnist.index_table(10, 100_000, seed=0)
    joint = np.bincount(table @ [100, 10, 1], minlength=1000)
    assert joint.min() > 0
    # Pearson's statistic of 999 degrees of freedom lies within 4.5 deviations of its mean.
    statistic = ((joint - 100) ** 2 / 100).sum()
    assert abs(statistic - 999) < 4.5 * np.sqrt(2 * 999)
    # One table extends another of the same seed, so its size changes no image.
    np.testing.assert_array_equal(mnist.index_table(10, 500, seed=0), table[:500])
