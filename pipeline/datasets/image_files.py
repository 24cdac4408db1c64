"""Image files in a folder and in the zip files inside it: finding, listing and reading them.

Folders are never copied, since they may hold 140 GB. What stands in data/raw for one is listing.json:
its path, the number of images and of classes, and a hash over the files' names and sizes (and the
check sums that zip files keep). The images' contents are not hashed.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np

from pipeline.errors import PipelineError
from pipeline.files import read_json, write_json

LISTING = "listing.json"
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
ENCRYPTED = 1


class Member(NamedTuple):
    """Where a file lies in a zip file: enough to read it without the archive's table of contents."""

    archive: str
    offset: int
    length: int
    deflated: bool
    crc: int


class ImageFile(NamedTuple):
    """An image by its path under the root, in which a zip file counts as a folder."""

    name: str
    size: int
    member: Member | None = None

    @property
    def line(self) -> str:
        """What a listing's hash is made of."""
        return f"{self.name}\t{self.size}\t{self.member.crc if self.member else ''}"

    @property
    def folder(self) -> str | None:
        """The first folder on the way to the image, zip files not counted; None when it lies outside all."""
        within = self.name
        if self.member:
            place, slash, _ = self.member.archive.rpartition("/")
            within = place + slash + within.removeprefix(f"{self.member.archive}/")
        first, slash, _ = within.partition("/")
        return first if slash else None


def find(root: Path) -> list[ImageFile]:
    """Every image under `root`, by suffix, sorted by name. Hidden files and folders are left out."""
    suffixes = _suffixes()
    found: list[ImageFile] = []
    for place, folders, files in os.walk(root, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        within = PurePosixPath(Path(place).relative_to(root))
        for name in files:
            suffix = PurePosixPath(name).suffix.lower()
            if suffix == ".zip":
                found += in_archive(root, str(within / name))
            elif suffix in suffixes and not name.startswith("."):
                found.append(ImageFile(str(within / name), os.stat(os.path.join(place, name)).st_size))
    return sorted(found, key=lambda image: image.name)


def in_archive(root: Path, archive: str) -> list[ImageFile]:
    """Every image in a zip file. Raises PipelineError when the file cannot be read as one."""
    suffixes = _suffixes()
    try:
        with zipfile.ZipFile(root / archive) as file:
            entries = [entry for entry in file.infolist() if _is_image(entry.filename, suffixes)]
    except (zipfile.BadZipFile, OSError) as error:
        raise PipelineError(
            f"{root / archive} cannot be read as a zip file ({error}): get it anew."
        ) from None
    return [_image(root, archive, entry) for entry in entries]


def read(root: Path, image: ImageFile) -> bytes:
    """The bytes of an image file. Raises PipelineError when they cannot be read."""
    try:
        if image.member is None:
            return (root / image.name).read_bytes()
        return _extract(root / image.member.archive, image.member)
    except (OSError, zlib.error, zipfile.BadZipFile, struct.error) as error:
        raise PipelineError(
            f"{root / image.name} cannot be read ({error}): "
            "mend or remove it, then download and prepare again."
        ) from None


def digest(images: Iterable[ImageFile]) -> str:
    """sha256 over the images' names and sizes."""
    total = hashlib.sha256()
    for image in images:
        total.update(f"{image.line}\n".encode(errors="surrogateescape"))
    return total.hexdigest()


def class_names(root: Path, images: Sequence[ImageFile]) -> list[str]:
    """The names of the classes in order: the folders next to the root, or none at all.

    Raises PipelineError when some images lie in such folders and some do not.
    """
    names = {image.folder for image in images}
    if len(names) > 1 and None in names:
        stray = next(image.name for image in images if image.folder is None)
        raise PipelineError(
            f"{root / stray} lies beside folders that name classes: put every image of {root} into the "
            "folder of its class, or all of them into none."
        )
    return sorted(name for name in names if name is not None)


def labels(images: Sequence[ImageFile], names: Sequence[str]) -> np.ndarray:
    """The class of each image, int64 (n,): its folder's place in `names`, or 0 where there are none."""
    if not names:
        return np.zeros(len(images), dtype=np.int64)
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers[str(image.folder)] for image in images], dtype=np.int64)


def record(path: str, folder: Path, images: Sequence[ImageFile]) -> None:
    """Write listing.json into a source's raw folder for the images at `path`."""
    write_json(folder / LISTING, _summary(path, images))


def recorded(raw: Path) -> tuple[Path, list[ImageFile]]:
    """The folder that listing.json speaks of and its images.

    Raises PipelineError when they are no longer those that were listed.
    """
    listing = read_json(raw / LISTING)
    root = Path(listing["path"]).expanduser()
    images = find(root)
    if _summary(listing["path"], images) != listing:
        raise PipelineError(
            f"The images in {root} are not those that were listed: run "
            f"`python -m pipeline download {raw.name}` again."
        )
    return root, images


def _summary(path: str, images: Sequence[ImageFile]) -> dict[str, Any]:
    return {
        "path": path,
        "images": len(images),
        "folders": len({image.folder for image in images} - {None}),
        "sha256_of_names_and_sizes": digest(images),
    }


def _suffixes() -> set[str]:
    """Suffixes of the formats that Pillow reads."""
    from PIL import Image

    return {suffix for suffix, form in Image.registered_extensions().items() if form in Image.OPEN}


def _is_image(name: str, suffixes: set[str]) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not name.endswith("/") and not hidden and PurePosixPath(name).suffix.lower() in suffixes


def _image(root: Path, archive: str, entry: zipfile.ZipInfo) -> ImageFile:
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PipelineError(
            f"{root / archive} is encrypted or compressed by a method other than deflate: unpack it into a "
            "folder and remove the zip file."
        )
    deflated = entry.compress_type == zipfile.ZIP_DEFLATED
    member = Member(archive, entry.header_offset, entry.compress_size, deflated, entry.CRC)
    return ImageFile(f"{archive}/{entry.filename}", entry.file_size, member)


def _extract(archive: Path, member: Member) -> bytes:
    """A member's content. `zipfile` would read the whole table of contents, in every process."""
    with open(archive, "rb") as file:
        file.seek(member.offset)
        signature, *_, name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
        if signature != LOCAL_SIGNATURE:
            raise zipfile.BadZipFile("the archive has changed")
        file.seek(name + extra, os.SEEK_CUR)
        content = file.read(member.length)
    if member.deflated:
        content = zlib.decompress(content, -zlib.MAX_WBITS)
    if zlib.crc32(content) != member.crc:
        raise zipfile.BadZipFile("its check sum is wrong")
    return content
