"""MNIST: a small imitation in the original format, and the real files where they are at hand."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from configs import source

from pipeline.datasets import mnist, sources
from pipeline.params.datasets import MNIST

MIRROR = Path(os.environ.get("TEMPERA_MIRROR") or Path(__file__).parents[3] / "shared/data")


def write_idx(path, array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.tobytes())


@pytest.fixture
def small(tmp_path):
    """A hundred training and twenty test images of noise."""
    rng = np.random.default_rng(0)
    for name, count in (("train", 100), ("t10k", 20)):
        write_idx(
            tmp_path / f"{name}-images-idx3-ubyte", rng.integers(256, size=(count, 28, 28), dtype=np.uint8)
        )
        write_idx(tmp_path / f"{name}-labels-idx1-ubyte", rng.integers(10, size=count, dtype=np.uint8))
    return tmp_path


def test_last_training_images_are_for_validation(small):
    prepared = mnist.prepare(MNIST(kind="mnist", size=28, validation=30), small)
    assert prepared.split.tolist() == [0] * 70 + [1] * 30 + [2] * 20
    assert prepared.data.shape == (120, 1, 28, 28) and prepared.labels.dtype == np.int64


def test_padding_is_two_zeros_on_every_side(small):
    plain = mnist.prepare(MNIST(kind="mnist", size=28, validation=0), small).data
    padded = mnist.prepare(MNIST(kind="mnist", size=32, validation=0), small).data
    assert padded.shape == (120, 1, 32, 32)
    np.testing.assert_array_equal(padded[..., 2:-2, 2:-2], plain)
    assert padded.sum() == plain.sum()


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
