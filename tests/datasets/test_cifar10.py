"""CIFAR-10: the true loader on a small archive in the binary release's format."""

import io
import pickle
import tarfile
from dataclasses import replace

import formats.cifar10
import numpy as np
import pytest
from configs import source
from formats.archive import write_tar

from pipeline.base.errors import PipelineError
from pipeline.datasets import cifar10, sources
from pipeline.params.datasets import CIFAR10
from pipeline.params.datasets import cifar10 as release

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(256, size=(62, 3, 32, 32), dtype=np.uint8)
LABELS = RNG.integers(10, size=62)


@pytest.fixture
def raw(suite):
    formats.cifar10.write(suite / "mirror/cifar10", IMAGES[:50], LABELS[:50], IMAGES[50:], LABELS[50:])
    manifest = sources.download("cifar10", source("cifar10", verify=False), [suite / "mirror"])
    assert list(manifest["files"]) == ["cifar-10-binary.tar.gz"] and not manifest["verified"]
    return suite / "data/raw/cifar10"


def prepare(raw, validation=5):
    return cifar10.prepare(CIFAR10(kind="cifar10", validation=validation), raw)


def test_batches_are_read_in_order(raw):
    prepared = prepare(raw)
    np.testing.assert_array_equal(prepared.data, IMAGES)
    np.testing.assert_array_equal(prepared.labels, LABELS)
    assert prepared.labels.dtype == np.int64 and prepared.classes == [10]
    assert prepared.split.tolist() == [0] * 45 + [1] * 5 + [2] * 12


def test_images_and_names_are_those_that_torchvision_reads_from_the_python_release(raw, suite, monkeypatch):
    from torchvision.datasets import CIFAR10 as Torchvision

    folder = suite / Torchvision.base_folder
    folder.mkdir()
    monkeypatch.setattr(Torchvision, "_check_integrity", lambda self: True)
    monkeypatch.setitem(Torchvision.meta, "md5", None)
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": list(release.LABELS)}))
    batches = [(f"data_batch_{i}", slice(10 * i - 10, 10 * i)) for i in range(1, 6)]
    for name, rows in [*batches, ("test_batch", slice(50, 62))]:
        content = {"data": IMAGES[rows].reshape(-1, 3072), "labels": LABELS[rows].tolist()}
        (folder / name).write_bytes(pickle.dumps(content))
    prepared = prepare(raw)
    for train, rows in ((True, slice(0, 50)), (False, slice(50, 62))):
        expected = Torchvision(suite, train=train)
        np.testing.assert_array_equal(prepared.data[rows].transpose(0, 2, 3, 1), expected.data)
        assert prepared.labels[rows].tolist() == expected.targets


def test_other_releases_and_other_content_are_not_taken(raw, suite, monkeypatch):
    (archive,) = release.Source.remotes
    monkeypatch.setattr(release.Source, "remotes", (replace(archive, urls=()),))
    (suite / "mirror/cifar-10-python.tar.gz").write_bytes(b"pickled")
    with pytest.raises(PipelineError, match="cifar-10-binary.tar.gz is corrupt: its md5 is"):
        sources.download("cifar10", source("cifar10"), [suite / "mirror"])


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        ({}, "has no data_batch_1.bin"),
        ({"data_batch_1.bin": b"\0" * 3000}, "is not made of whole CIFAR-10 records"),
        ({"data_batch_1.bin": bytes(30_733_073)}, "unpacks to 30,733,073 bytes, more than the 30,730,000"),
        ({"data_batch_1.bin": b"\x0a" + b"\0" * 3072}, "has a label above 9"),
    ],
)
def test_what_is_no_cifar10_is_told_in_a_sentence(suite, contents, sentence):
    write_tar(suite / "cifar-10-binary.tar.gz", contents)
    with pytest.raises(PipelineError, match=sentence):
        prepare(suite)


def test_a_damaged_archive_is_told_in_a_sentence(raw):
    archive = raw / "cifar-10-binary.tar.gz"
    whole = archive.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"no archive", whole[:100] + b"\0" * 50 + whole[150:]):
        archive.write_bytes(damaged)
        with pytest.raises(PipelineError, match="is damaged"):
            prepare(raw)


def test_links_and_folders_of_a_wanted_name_are_passed_over(suite):
    path = suite / "cifar-10-binary.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE):
            entry = tarfile.TarInfo("../../data_batch_1.bin")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry, io.BytesIO())
    with pytest.raises(PipelineError, match="has no data_batch_1.bin"):
        prepare(suite)
