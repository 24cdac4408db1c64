"""Finding images in folders and zip files, listing them and reading them."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from formats import folder as writer
from PIL import Image

from pipeline.base.errors import PipelineError
from pipeline.datasets import image_files, resize

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


def linked(root: Path, name: str, target: Path | str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(target)


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    root = tmp_path / "images"
    writer.write(root, IMAGES)
    linked(root, "cat/again.png", "00000.png")
    linked(root, "cub", "cat")
    (tmp_path / "link").symlink_to(root)
    assert names(root) == names(tmp_path / "link")
    assert [name for name in names(root) if "again" in name] == ["cat/again.png", "cub/again.png"]


@pytest.mark.parametrize(
    ("name", "target", "sentence"),
    [
        ("cat/gone.png", "nowhere", "cat/gone.png is a link that leads nowhere .*nowhere.*: put the file"),
        ("cat/self.png", "self.png", "cat/self.png is a link that leads nowhere"),
        ("cat/null.png", "/dev/zero", "cat/null.png is a link out of"),
        ("cat/away.png", "../../other/ant/00000.png", "cat/away.png is a link out of .*put the files"),
        ("more.zip", "../other/all.zip", "more.zip is a link out of"),
        ("dog", "../other", "images/dog is a link out of"),
        ("cat/here", ".", "cat/here is a link in a circle"),
        ("cat/up", "..", "cat/up is a link in a circle.*: remove it"),
    ],
)
def test_other_links_are_refused(tmp_path: Path, name: str, target: str, sentence: str) -> None:
    root = tmp_path / "images"
    writer.write(root, IMAGES)
    writer.write(tmp_path / "other", IMAGES)
    writer.write(tmp_path / "other", IMAGES, archive="all.zip")
    linked(root, name, target)
    with pytest.raises(PipelineError, match=sentence):
        image_files.find(root)


def test_a_circle_of_two_links_is_refused(tmp_path: Path) -> None:
    writer.write(tmp_path, IMAGES)
    linked(tmp_path, "cat/ants", "../ant")
    linked(tmp_path, "ant/cats", "../cat")
    with pytest.raises(PipelineError, match="is a link in a circle"):
        image_files.find(tmp_path)


@pytest.mark.parametrize("name", ["1.png", "1.zip"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(PipelineError, match=f"{name} cannot be used .*pipe.*: mend or remove it"):
        image_files.find(tmp_path)


def test_hidden_and_foreign_links_are_of_no_matter(tmp_path: Path) -> None:
    writer.write(tmp_path, IMAGES)
    before = names(tmp_path)
    for name in (".gone.png", "notes.txt", "gone"):
        linked(tmp_path, name, "nowhere")
    assert names(tmp_path) == before


@pytest.mark.parametrize("name", [b"a\nb.png", b"caf\xe9.png"])
def test_names_may_be_of_any_bytes(tmp_path: Path, name: bytes) -> None:
    root, raw = tmp_path / "images", tmp_path / "raw/pets"
    writer.write(root, IMAGES)
    os.rename(root / "cat/00000.png", os.fsencode(root / "cat") + b"/" + name)
    images = image_files.find(root)
    image_files.record(str(root), raw, images)
    assert image_files.recorded(raw)[1] == images
    for image in images:
        resize.decode(image_files.read(root, image))
    strange = next(root / one.name for one in images if os.fsencode(one.name).endswith(name))
    strange.write_bytes(b"")
    stream = resize.thumbnails(root, [one for one in image_files.find(root) if one.size == 0], None, 4)
    with pytest.raises(PipelineError) as told:
        stream.fill(stream.pieces[0].origin, np.empty((1, 3, 4, 4), np.uint8))
    assert "\n" not in str(told.value) and str(told.value).isprintable()


def test_only_pictures_made_of_pixels_are_read(tmp_path: Path) -> None:
    """Pillow would start Ghostscript for the EPS, under any name."""
    eps = io.BytesIO()
    Image.new("RGB", (9, 9)).save(eps, "EPS")
    (tmp_path / "1.eps").write_bytes(eps.getvalue())
    assert names(tmp_path) == []
    with pytest.raises(ValueError, match="no image of PNG, JPEG"):
        resize.decode(eps.getvalue())
    for form in image_files.FORMATS:
        picture = io.BytesIO()
        Image.new("RGB", (9, 9)).save(picture, form)
        assert resize.decode(picture.getvalue()).size == (9, 9)


def test_what_unpacks_to_more_than_an_image_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the size that the archive tells, and by what comes out where it tells a wrong one."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.png", bytes(1_000_000))
    (image,) = image_files.find(tmp_path)
    with pytest.raises(PipelineError, match="all.zip/1.png cannot be used .*not unpack to the size"):
        image_files.read(tmp_path, image._replace(size=1000))
    monkeypatch.setattr(image_files, "LARGEST", 999_999)
    with pytest.raises(PipelineError, match="all.zip/1.png cannot be used .*1,000,000 bytes are more"):
        image_files.find(tmp_path)
    (tmp_path / "all.zip").unlink()
    with open(tmp_path / "2.png", "wb") as sparse:
        sparse.truncate(1_000_000)
    with pytest.raises(PipelineError, match="2.png cannot be used .*1,000,000 bytes are more"):
        image_files.find(tmp_path)
