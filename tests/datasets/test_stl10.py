"""STL-10: the true loader on a small archive in the binary release's format."""

import tarfile
import tracemalloc
from pathlib import Path

import formats.stl10
import numpy as np
import pytest
from configs import source
from formats.archive import write_tar

from pipeline.base.errors import PipelineError
from pipeline.datasets import sources, stl10
from pipeline.params.datasets import STL10
from pipeline.params.datasets import stl10 as release

ROOT = Path(__file__).parents[2]
CONFIG = STL10(kind="stl10", size=48)
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(256, size=(23, 3, 96, 96), dtype=np.uint8)
LABELS = RNG.integers(10, size=6)


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(stl10, "CHUNK", 5)
    formats.stl10.write(tmp_path / "mirror", IMAGES[:17], IMAGES[17:], LABELS)


@pytest.fixture
def raw(suite):
    sources.download("stl10", source("stl10", verify=False), [suite / "mirror"])
    return suite / "data/raw/stl10"


def test_unlabelled_images_are_for_training_and_the_labelled_ones_for_test(raw):
    prepared = stl10.prepare(CONFIG, raw)
    assert prepared.data.shape == (23, 3, 48, 48) and prepared.data.dtype == np.uint8
    assert prepared.labels.tolist() == [-1] * 17 + LABELS.tolist() and prepared.labels.dtype == np.int64
    assert prepared.split.tolist() == [0] * 17 + [2] * 6 and prepared.classes == [10]
    np.testing.assert_array_equal(prepared.data, stl10.halve(IMAGES))


def test_images_are_upright_as_torchvision_reads_them(raw, suite, monkeypatch):
    from torchvision.datasets import STL10 as Torchvision

    monkeypatch.setattr(Torchvision, "_check_integrity", lambda self: True)
    with tarfile.open(raw / CONFIG.archive) as archive:
        archive.extractall(suite)
    unlabelled, test = (Torchvision(suite, split=split) for split in ("unlabeled", "test"))
    prepared = stl10.prepare(CONFIG, raw)
    np.testing.assert_array_equal(prepared.data[:17], stl10.halve(unlabelled.data))
    np.testing.assert_array_equal(prepared.data[17:], stl10.halve(test.data))
    np.testing.assert_array_equal(prepared.labels, np.concatenate([unlabelled.labels, test.labels]))
    assert tuple(test.classes) == release.LABELS


def test_halving_is_the_rounded_mean_and_pillows_reduction():
    from PIL import Image

    blocks = IMAGES[0].astype(float).reshape(3, 48, 2, 48, 2).mean(axis=(2, 4))
    np.testing.assert_array_equal(stl10.halve(IMAGES[0]), np.floor(blocks + 0.5))
    for plane, expected in zip(IMAGES[0], stl10.halve(IMAGES[0]), strict=True):
        np.testing.assert_array_equal(np.asarray(Image.fromarray(plane).reduce(2)), expected)
    picture = Image.fromarray(IMAGES[0].transpose(1, 2, 0)).resize((48, 48), Image.Resampling.BOX)
    # Pillow's two passes round twice.
    assert np.abs(np.asarray(picture, dtype=int).transpose(2, 0, 1) - stl10.halve(IMAGES[0])).max() <= 1


def test_memory_holds_the_result_and_a_chunk(suite, monkeypatch):
    monkeypatch.setattr(stl10, "CHUNK", 20)
    images = np.broadcast_to(IMAGES[:1], (600, 3, 96, 96))
    formats.stl10.write(suite, images, IMAGES[17:], LABELS)
    tracemalloc.start()
    prepared = stl10.prepare(CONFIG, suite)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert prepared.data.nbytes > 4_000_000
    assert peak < prepared.data.nbytes + 12 * 20 * stl10.IMAGE


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        ({"test_X.bin": b"\0" * 1000}, "test_X.bin .* is not made of whole images of 96×96 pixels"),
        ({"test_X.bin": b"", "test_y.bin": b""}, "has no unlabeled_X.bin"),
        ({"test_X.bin": b"", "test_y.bin": b"", "unlabeled_X.bin": b"1"}, "unlabeled_X.bin .* whole images"),
        ({"test_X.bin": b"\0" * 27648, "unlabeled_X.bin": b"", "test_y.bin": b"\0"}, "a label from 1 to 10"),
        ({"test_X.bin": b"\0" * 27648, "unlabeled_X.bin": b"", "test_y.bin": b""}, "a label from 1 to 10"),
    ],
)
def test_what_is_no_stl10_is_told_in_a_sentence(suite, contents, sentence):
    write_tar(suite / CONFIG.archive, contents)
    with pytest.raises(PipelineError, match=sentence):
        stl10.prepare(CONFIG, suite)


def test_source_is_torchvisions():
    from torchvision.datasets import STL10 as Torchvision

    (archive,) = release.Source.remotes
    assert (archive.urls, archive.digest) == ((Torchvision.url,), Torchvision.tgz_md5)
    assert archive.name == CONFIG.archive == Torchvision.filename
