"""MNIST: a small imitation in the original format, and the real files where they are at hand."""

import gzip
import os
from pathlib import Path
from types import SimpleNamespace

import formats.mnist
import numpy as np
import pytest
from configs import source

from pipeline.datasets import mnist, sources
from pipeline.errors import PipelineError
from pipeline.params.datasets import MNIST

MIRROR = Path(os.environ.get("TEMPERA_MIRROR") or Path(__file__).parents[3] / "shared/data")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Raw files of a hundred training and twenty test images of noise."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    images = rng.integers(256, size=(120, 28, 28), dtype=np.uint8)
    labels = rng.integers(10, size=120)
    formats.mnist.write(tmp_path / "mirror", images[:100], labels[:100], images[100:], labels[100:])
    sources.download("mnist", source("mnist", verify=False), [tmp_path / "mirror"])
    return SimpleNamespace(raw=tmp_path / "data/raw/mnist", images=images, labels=labels)


def test_last_training_images_are_for_validation(small):
    prepared = mnist.prepare(MNIST(kind="mnist", size=28, validation=30), small.raw)
    assert prepared.split.tolist() == [0] * 70 + [1] * 30 + [2] * 20
    assert prepared.data.shape == (120, 1, 28, 28) and prepared.labels.dtype == np.int64
    np.testing.assert_array_equal(prepared.data[:, 0], small.images)
    np.testing.assert_array_equal(prepared.labels, small.labels)


def test_padding_is_two_zeros_on_every_side(small):
    import torch
    from torchvision.transforms.functional import pad as torchvision_pad

    plain = mnist.prepare(MNIST(kind="mnist", size=28, validation=0), small.raw).data
    padded = mnist.prepare(MNIST(kind="mnist", size=32, validation=0), small.raw).data
    assert padded.shape == (120, 1, 32, 32)
    np.testing.assert_array_equal(padded[..., 2:-2, 2:-2], plain)
    assert padded.sum() == plain.sum()
    expected = torchvision_pad(torch.from_numpy(plain), 2).numpy()
    np.testing.assert_array_equal(padded, expected)


def test_more_validation_than_images_is_refused(small):
    with pytest.raises(PipelineError, match="validation is 100, but the source has 100 training images"):
        mnist.prepare(MNIST(kind="mnist", size=28, validation=100), small.raw)


@pytest.mark.skipif(not (MIRROR / "mnist").is_dir(), reason="no mirror folder with the real MNIST files")
def test_real_files_are_read_as_torchvision_reads_them(tmp_path, monkeypatch):
    from torchvision.datasets import MNIST as Torchvision

    monkeypatch.chdir(tmp_path)
    sources.download("mnist", source("mnist"), [MIRROR])
    folder = tmp_path / "data/raw/mnist"
    prepared = mnist.prepare(MNIST(kind="mnist", size=28, validation=10_000), folder)
    assert np.bincount(prepared.split).tolist() == [50_000, 10_000, 10_000]

    (tmp_path / "MNIST").mkdir()
    (tmp_path / "MNIST/raw").symlink_to(folder)
    for train, rows in ((True, slice(0, 60_000)), (False, slice(60_000, None))):
        expected = Torchvision(tmp_path, train=train)
        np.testing.assert_array_equal(prepared.data[rows, 0], expected.data.numpy())
        np.testing.assert_array_equal(prepared.labels[rows], expected.targets.numpy())

    packed = gzip.decompress((MIRROR / "mnist/t10k-labels-idx1-ubyte.gz").read_bytes())
    np.testing.assert_array_equal(np.frombuffer(packed[8:], dtype=np.uint8), prepared.labels[60_000:])
