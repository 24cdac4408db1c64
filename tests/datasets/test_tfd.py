"""The Toronto Face Database: the true loader on a small file with its authors' fields."""

import formats.tfd
import numpy as np
import pytest
from configs import source

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.datasets import sources, tfd
from pipeline.params.datasets import TFD
from pipeline.params.datasets.tfd import FILE, Source

RNG = np.random.default_rng(0)
UNLABELLED, LABELLED = 60, 40
IMAGES = RNG.integers(256, size=(UNLABELLED + LABELLED, 48, 48), dtype=np.uint8)
LABELS = np.concatenate([np.full(UNLABELLED, -1), RNG.integers(7, size=LABELLED)])
FOLDS = formats.tfd.deal(UNLABELLED, LABELLED, RNG)


@pytest.fixture
def raw(suite):
    formats.tfd.write(suite / "mirror", IMAGES, LABELS, FOLDS)
    sources.download("tfd", source("tfd", verify=False), [suite / "mirror"])
    return suite / "data/raw/tfd"


def prepare(raw, fold=0):
    return tfd.prepare(TFD(kind="tfd", fold=fold), raw)


def test_unlabelled_images_are_for_training_in_every_fold(raw):
    for fold in range(5):
        prepared = prepare(raw, fold)
        assert prepared.data.shape[1:] == (1, 48, 48) and prepared.classes == [7]
        training = prepared.split == 0
        np.testing.assert_array_equal(prepared.data[training, 0], IMAGES[:UNLABELLED])
        assert (prepared.labels[training] == -1).all() and prepared.labels.dtype == np.int64


def test_validation_and_test_are_the_folds_own(raw):
    for fold in range(5):
        prepared = prepare(raw, fold)
        for code, use in ((1, 2), (2, 3)):
            rows = FOLDS[:, fold] == use
            np.testing.assert_array_equal(prepared.data[prepared.split == code, 0], IMAGES[rows])
            np.testing.assert_array_equal(prepared.labels[prepared.split == code], LABELS[rows])


def test_every_labelled_image_is_tested_once():
    assert ((FOLDS[UNLABELLED:] == 3).sum(axis=1) == 1).all()
    assert (FOLDS[:UNLABELLED] == 0).all() and (FOLDS[UNLABELLED:] > 0).all()


def test_a_missing_file_says_whom_to_ask_and_where_to_put_it(suite):
    with pytest.raises(PipelineError) as caught:
        sources.download("tfd", source("tfd"), [])
    text = str(caught.value)
    assert "ask the authors of the Toronto Face Database" in text and "TFD_48x48.mat" in text
    assert "`mirror` in params.yaml" in text and "\n" not in text


def test_numbers_of_images_are_checked_where_there_is_no_hash(raw, suite, monkeypatch):
    with pytest.raises(PipelineError, match="100 images, 60 of them unlabelled, where .* has 102,236"):
        sources.download("tfd", source("tfd"), [suite / "mirror"])
    monkeypatch.setattr(Source, "images", 100)
    monkeypatch.setattr(Source, "unlabelled", 60)
    assert sources.download("tfd", source("tfd"), [suite / "mirror"])["verified"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"images": IMAGES[:, :32, :32]}, r"images are uint8 \(100, 32, 32\)"),
        ({"folds": FOLDS[:50]}, "folds and labels do not fit"),
        ({"folds": FOLDS + 3}, "folds must be 0 to 3"),
        ({"labels": np.full(100, 8)}, "labels 1 to 7"),
    ],
)
def test_another_file_is_told_in_a_sentence(suite, changes, sentence):
    fields = {"images": IMAGES, "labels": LABELS, "folds": FOLDS, **changes}
    if "images" in changes:
        fields["images"] = changes["images"]
    formats.tfd.write(suite, **fields)
    with pytest.raises(PipelineError, match=sentence):
        prepare(suite)


def test_a_damaged_file_is_told_in_a_sentence(raw):
    from scipy.io import savemat

    path = paths.raw("tfd") / FILE
    whole = path.read_bytes()
    for damaged in (
        b"",
        b"no MAT-file" * 50,
        whole[: len(whole) // 2],
        whole[:200] + b"\0" * 99 + whole[299:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(PipelineError, match="cannot be read as a MAT-file|has no array"):
            prepare(raw)
    savemat(path, {"images": IMAGES})
    with pytest.raises(PipelineError, match="has no array 'folds'"):
        prepare(raw)
