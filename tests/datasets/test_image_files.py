"""Finding images in folders and zip files, listing them and reading them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from formats import folder as writer

from pipeline.datasets import image_files
from pipeline.errors import PipelineError

RNG = np.random.default_rng(0)
IMAGES = {
    "cat": list(RNG.integers(256, size=(3, 3, 9, 9), dtype=np.uint8)),
    "ant": list(RNG.integers(256, size=(2, 3, 9, 9), dtype=np.uint8)),
}


def names(root: Path) -> list[str]:
    return [image.name for image in image_files.find(root)]


def test_images_are_found_by_suffix_in_the_order_of_names(tmp_path: Path) -> None:
    writer.write(tmp_path, IMAGES)
    (tmp_path / "cat/notes.txt").write_text("no image")
    (tmp_path / "cat/.hidden.png").write_bytes(b"")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/1.png").write_bytes(b"")
    assert names(tmp_path) == [
        *(f"ant/0000{number}.png" for number in range(2)),
        *(f"cat/0000{number}.png" for number in range(3)),
    ]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_file_is_read_like_a_folder(tmp_path: Path, compression: int) -> None:
    writer.write(tmp_path / "plain", IMAGES)
    writer.write(tmp_path / "packed", IMAGES, archive="all.zip", compression=compression)
    with zipfile.ZipFile(tmp_path / "packed/all.zip", "a") as archive:
        archive.writestr("__MACOSX/cat/00000.png", b"")
        archive.writestr("cat/", b"")
    plain, packed = (image_files.find(tmp_path / name) for name in ("plain", "packed"))
    assert [image.name for image in packed] == [f"all.zip/{image.name}" for image in plain]
    assert [image.size for image in packed] == [image.size for image in plain]
    for one, other in zip(plain, packed, strict=True):
        assert image_files.read(tmp_path / "plain", one) == image_files.read(tmp_path / "packed", other)


@pytest.mark.parametrize("archive", [None, "all.zip"])
def test_classes_are_the_folders(tmp_path: Path, archive: str | None) -> None:
    writer.write(tmp_path, IMAGES, archive)
    images = image_files.find(tmp_path)
    assert image_files.class_names(tmp_path, images) == ["ant", "cat"]
    assert image_files.labels(images, ["ant", "cat"]).tolist() == [0, 0, 1, 1, 1]


def test_a_zip_file_inside_a_folder_belongs_to_its_class(tmp_path: Path) -> None:
    writer.write(tmp_path / "dog", {"": IMAGES["cat"]}, archive="more.zip")
    writer.write(tmp_path, {"cat": IMAGES["cat"]})
    assert {image.folder for image in image_files.find(tmp_path)} == {"dog", "cat"}


def test_without_folders_there_is_one_class(tmp_path: Path) -> None:
    writer.write(tmp_path, {"": IMAGES["cat"]})
    images = image_files.find(tmp_path)
    assert image_files.class_names(tmp_path, images) == []
    assert image_files.labels(images, []).tolist() == [0, 0, 0]


def test_images_beside_folders_of_classes_are_refused(tmp_path: Path) -> None:
    writer.write(tmp_path, {**IMAGES, "": IMAGES["cat"]})
    with pytest.raises(PipelineError, match="00000.png lies beside folders that name classes"):
        image_files.class_names(tmp_path, image_files.find(tmp_path))


def test_a_listing_notices_names_and_sizes(tmp_path: Path) -> None:
    root, raw = tmp_path / "images", tmp_path / "raw/pets"
    writer.write(root, IMAGES)
    image_files.record(str(root), raw, image_files.find(root))
    assert image_files.recorded(raw) == (root, image_files.find(root))

    kept = (root / "cat/00000.png").read_bytes()
    for change in (kept + b"!", None):
        (root / "cat/00000.png").write_bytes(change) if change else (root / "cat/00000.png").unlink()
        with pytest.raises(PipelineError, match="not those that were listed: run .*download pets"):
            image_files.recorded(raw)
    (root / "cat/00000.png").write_bytes(kept)
    image_files.recorded(raw)


def test_a_listing_notices_what_a_zip_file_holds(tmp_path: Path) -> None:
    """Two archives of equal names and sizes differ by the check sums that they keep."""
    prints = []
    for value in (1, 2):
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.writestr("1.png", bytes([value]) * 100)
        prints.append(image_files.digest(image_files.find(tmp_path)))
    assert prints[0] != prints[1]


def test_other_compression_is_refused(tmp_path: Path) -> None:
    writer.write(tmp_path, IMAGES, archive="all.zip", compression=zipfile.ZIP_LZMA)
    with pytest.raises(PipelineError, match="all.zip is encrypted or compressed by a method other than"):
        image_files.find(tmp_path)


def test_a_damaged_zip_file_is_refused(tmp_path: Path) -> None:
    writer.write(tmp_path, IMAGES, archive="all.zip")
    path = tmp_path / "all.zip"
    images, content = image_files.find(tmp_path), path.read_bytes()
    path.write_bytes(content[:-30])
    with pytest.raises(PipelineError, match="all.zip cannot be read as a zip file"):
        image_files.find(tmp_path)
    damaged = bytearray(content)
    damaged[images[0].member.offset + 60] ^= 255
    path.write_bytes(damaged)
    with pytest.raises(PipelineError, match="all.zip/ant/00000.png cannot be used"):
        image_files.read(tmp_path, images[0])
    path.write_bytes(b"?" * len(content))
    with pytest.raises(PipelineError, match="the archive has changed"):
        image_files.read(tmp_path, images[0])
