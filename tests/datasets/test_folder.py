"""Any folder of images, and the whole of CIFAR-10 as one where it is at hand."""

import json
import os
from pathlib import Path

import formats.folder
import numpy as np
import pytest
import stream_fakes as fakes
from configs import PARAMS, SPLITS, changed, source

from pipeline import datasets
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.datasets import folder, sources
from pipeline.params.datasets import Folder

MIRROR = Path(os.environ.get("TEMPERA_MIRROR") or Path(__file__).parents[3] / "shared/data")
RNG = np.random.default_rng(0)
IMAGES = {
    "cat": list(RNG.integers(256, size=(12, 3, 16, 16), dtype=np.uint8)),
    "ant": list(RNG.integers(256, size=(8, 3, 16, 16), dtype=np.uint8)),
}
# Channel, mean and deviation of CIFAR-10's training images.
PUBLISHED = ((0, 125.30691805, 62.99321928), (1, 122.95039414, 62.08870764), (2, 113.86538318, 66.70489964))
BLOCK = {"kind": "folder", "crop": None, "size": 16, "splits": SPLITS}


def config(**changes):
    return Folder.model_validate({**BLOCK, **changes})


def download(path="pets"):
    sources.download("folder", source("folder", path=path), [])
    return paths.raw("folder")


@pytest.mark.parametrize("archive", [None, "all.zip"])
@pytest.mark.parametrize("suffix", ["png", "webp", "bmp"])
def test_images_are_in_the_order_of_their_names(suite, archive, suffix):
    formats.folder.write(suite / "pets", IMAGES, archive, suffix)
    prepared = folder.prepare(config(), download())
    assert prepared.data.shape == (20, 3, 16, 16) == (20, *config().shape) and prepared.classes == [2]
    np.testing.assert_array_equal(fakes.made(prepared.data, suite), np.stack(IMAGES["ant"] + IMAGES["cat"]))
    assert prepared.labels.tolist() == [0] * 8 + [1] * 12
    assert np.bincount(prepared.split).tolist() == [14, 2, 4]


def test_crops_and_sizes(suite):
    formats.folder.write(suite / "pets", {"": IMAGES["cat"]})
    prepared = folder.prepare(config(crop=8, size=8), download())
    middle = np.stack(IMAGES["cat"])[:, :, 4:12, 4:12]
    np.testing.assert_array_equal(fakes.made(prepared.data, suite), middle)
    assert prepared.classes == [1] and set(prepared.labels) == {0}


def test_stages_prepare_a_folder_and_a_bad_image_is_one_sentence(suite, capsys):
    formats.folder.write(suite / "pets", IMAGES)
    changes = {
        "sources.pets": {"kind": "folder", "path": "pets"},
        "datasets.pets": {"source": "pets", "prepare": BLOCK, "extractor": {"kind": "coordinates"}},
    }
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))
    good = (suite / "pets/cat/00003.png").read_bytes()
    (suite / "pets/cat/00003.png").write_bytes(good[:-500])
    assert main(["download", "pets"]) == 0 and main(["prepare", "pets"]) == 1
    error = capsys.readouterr().err
    assert "pets/cat/00003.png cannot be used" in error and error.count("\n") == 1
    assert not (paths.processed("pets") / "data.npy").exists()

    (suite / "pets/cat/00003.png").write_bytes(good)
    assert main(["download", "pets"]) == 0 and main(["prepare", "pets"]) == 0
    assert datasets.load("pets").data.shape == (20, 3, 16, 16)
    assert not paths.preparation("pets").exists()


@pytest.mark.parametrize("content", [None, "notes.txt"])
def test_a_folder_without_images_is_refused(suite, content):
    if content:
        (suite / "pets").mkdir()
        (suite / "pets" / content).touch()
    with pytest.raises(PipelineError, match="no images in pets .*: .*sources.folder.path"):
        download()


@pytest.mark.skipif(not (MIRROR / "cifar10").is_dir(), reason="no mirror folder with CIFAR-10 as images")
def test_the_whole_of_cifar10(suite):
    """Three zip files of lossless WebP; the training images have the published means and deviations."""
    raw = download(str(MIRROR / "cifar10"))
    prepared = folder.prepare(config(size=32), raw)
    made = fakes.made(prepared.data, suite, workers=2)
    assert made.shape == (60_000, 3, 32, 32) and prepared.classes == [10]
    parts = {"test": slice(0, 10_000), "train": slice(10_000, 60_000)}  # in the order of the archives' names
    for rows in parts.values():
        counts = np.bincount(prepared.labels[rows])
        assert set(counts) == {counts.sum() // 10}
    values = np.arange(256)
    for channel, mean, deviation in PUBLISHED:
        shares = np.bincount(made[parts["train"], channel].ravel(), minlength=256) / (50_000 * 32 * 32)
        assert abs(shares @ values - mean) < 1e-4
        assert abs(np.sqrt(shares @ (values - mean) ** 2) - deviation) < 1e-4
