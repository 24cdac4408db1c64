"""ImageNet's release at 32×32: the true loader on small batches."""

import json
import tracemalloc

import formats.imagenet32
import numpy as np
import pytest
import stream_fakes as fakes
from configs import PARAMS, changed, source

from pipeline import datasets
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.datasets import imagenet32, sources
from pipeline.params.datasets import ImageNet32

RNG = np.random.default_rng(0)
CONFIG = ImageNet32(kind="imagenet32")
IMAGES = RNG.integers(256, size=(37, 3, 32, 32), dtype=np.uint8)
LABELS = np.concatenate([[0, 999], RNG.integers(1000, size=35)])


def download(suite, compressed=True):
    formats.imagenet32.write(suite / "mirror", IMAGES, LABELS, compressed)
    sources.download("imagenet32", source("imagenet32", verify=False), [suite / "mirror"])
    return paths.raw("imagenet32")


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize(("rows", "blocks"), [(1, 1), (1, 3), (2, 1), (3, 2), (4096, 4)])
def test_batches_are_read_in_their_order(suite, monkeypatch, compressed, rows, blocks):
    monkeypatch.setattr(imagenet32, "ROWS_AT_ONCE", rows)
    monkeypatch.setattr(imagenet32, "ROWS_OF_PIECE", rows * blocks)
    prepared = imagenet32.prepare(CONFIG, download(suite, compressed))
    assert prepared.data.shape == (37, *CONFIG.shape)
    np.testing.assert_array_equal(fakes.made(prepared.data, suite), IMAGES)
    np.testing.assert_array_equal(prepared.labels, LABELS)
    assert prepared.split.tolist() == [0] * 37 and prepared.classes == [1000]
    # Seven batches of four images and three of three.
    assert len(prepared.data.pieces) == 7 * -(-4 // (rows * blocks)) + 3 * -(-3 // (rows * blocks))


def test_a_batch_is_never_in_memory_as_a_whole(suite, monkeypatch):
    """Copying 600 images of 3 kB by 10 takes far less than the 1.8 MB of all."""
    monkeypatch.setattr(imagenet32, "ROWS_AT_ONCE", 10)
    images = RNG.integers(256, size=(600, 3072), dtype=np.uint8)
    np.savez(suite / "batch.npz", data=images, labels=np.ones(600))
    out = np.empty((600, 3, 32, 32), dtype=np.uint8)
    tracemalloc.start()
    imagenet32._fill(imagenet32.Rows("batch.npz", 600, 0), out, raw=suite)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_array_equal(out.reshape(600, -1), images)
    assert peak < 400_000


def test_stages_label_it_as_other_preprocessing(suite):
    formats.imagenet32.write(suite / "mirror/imagenet32", IMAGES, LABELS)
    changes = {
        "mirror": "mirror",
        "sources.imagenet32": {"kind": "imagenet32", "verify": False},
        "datasets.small": {
            "source": "imagenet32",
            "prepare": {"kind": "imagenet32"},
            "extractor": {"kind": "coordinates"},
        },
    }
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))
    assert main(["download", "imagenet32"]) == 0 and main(["prepare", "small"]) == 0
    about = json.loads((paths.processed("small") / "about.json").read_text())
    assert "box filter, not cropped" in about["preprocessing"] and about["verified"] is False
    np.testing.assert_array_equal(datasets.load("small").data, IMAGES)


def test_missing_batches_are_asked_for_in_one_sentence(suite):
    with pytest.raises(
        PipelineError, match="batch_1.npz could not be had: register at https://image-net.org"
    ):
        sources.download("imagenet32", source("imagenet32"), [suite])


def test_other_batches_do_not_pass_as_the_official_ones(suite):
    formats.imagenet32.write(suite, IMAGES, LABELS)
    with pytest.raises(PipelineError, match="batch_1.npz is corrupt: its md5 is"):
        sources.download("imagenet32", source("imagenet32"), [suite])


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"data": IMAGES.reshape(37, -1)}, "no item named 'labels.npy' in the archive"),
        ({"labels": LABELS + 1}, "no item named 'data.npy'"),
        ({"data": IMAGES.reshape(37, -1), "labels": LABELS}, "labels are not all in 1 … 1000"),
        ({"data": IMAGES.reshape(37, -1), "labels": LABELS + 2}, "labels are not all in 1 … 1000"),
        ({"data": IMAGES.reshape(37, -1)[:36], "labels": LABELS + 1}, "instead of uint8 \\(37, 3072\\)"),
        ({"data": IMAGES.reshape(37, -1) / 255, "labels": LABELS + 1}, "its data are float64"),
        ({"data": IMAGES.reshape(37, -1), "labels": LABELS.astype(object)}, "allow_pickle=False"),
    ],
)
def test_bad_batches_are_one_sentence(suite, arrays, sentence):
    np.savez(suite / "train_data_batch_1.npz", **arrays)
    with pytest.raises(PipelineError, match=f"batch_1.npz is not a batch of 32×32 ImageNet .*{sentence}"):
        fakes.made(imagenet32.prepare(CONFIG, suite).data, suite)


def test_no_batches_are_one_sentence(suite):
    with pytest.raises(PipelineError, match="no batches of 32×32 ImageNet"):
        imagenet32.prepare(CONFIG, suite)


@pytest.mark.parametrize("damage", ["cut", "change"])
def test_damaged_batches_are_one_sentence(suite, damage):
    raw = download(suite, compressed=False)
    path = raw / "train_data_batch_3.npz"
    content = bytearray(path.read_bytes())
    content[5000] ^= 255
    path.write_bytes(content[:4000] if damage == "cut" else content)
    with pytest.raises(PipelineError, match="batch_3.npz is not a batch of 32×32 ImageNet"):
        fakes.made(imagenet32.prepare(CONFIG, raw).data, suite)
