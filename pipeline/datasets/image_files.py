"""Image files in a folder and in the zip files inside it: finding, listing and reading them.

Folders are never copied, since they may hold 140 GB. What stands in data/raw for one is listing.json:
its path, the number of images and of classes, and a hash over the files' names and sizes (and the
check sums that zip files keep). The images' contents are not hashed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from typing_extensions import TypedDict

from pipeline.base.errors import PipelineError
from pipeline.base.files import UNREADABLE, read_json, write_json
from pipeline.base.system import refusal

LISTING = "listing.json"
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
ENCRYPTED = 1
# Pillow would hand other files on to programs such as Ghostscript.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
# The most pixels that Pillow decodes, uncompressed; what unpacks to more would only fill the memory.
LARGEST = 1 << 29


class Member(NamedTuple):
    """Where a file lies in a zip file: enough to read it without the archive's table of contents."""

    archive: str
    offset: int
    length: int
    deflated: bool
    crc: int


class Listing(TypedDict):
    """What listing.json says of a folder."""

    path: str
    images: int
    folders: int
    sha256_of_names_and_sizes: str


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
    """Every image under `root`, by suffix, sorted by name. Hidden files and folders are left out.

    A link is followed where it leads to another place under `root`. Raises PipelineError for one that leads
    nowhere, out of `root` or in a circle, and for an image that is no regular file.
    """
    suffixes = _suffixes()
    found: list[ImageFile] = []
    for place, folders, files in os.walk(root, followlinks=True, onerror=_unreadable):
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            _check_folder(root, here, name)
        within = PurePosixPath(here.relative_to(root))
        for name in files:
            suffix = PurePosixPath(name).suffix.lower()
            if name.startswith(".") or suffix not in {".zip", *suffixes}:
                continue
            size = _size(root, here / name)
            if suffix == ".zip":
                found += in_archive(root, str(within / name))
            else:
                found.append(ImageFile(str(within / name), size))
    return sorted(found, key=lambda image: image.name)


def in_archive(root: Path, archive: str) -> list[ImageFile]:
    """Every image in a zip file. Raises PipelineError when the file cannot be read as one."""
    suffixes, path = _suffixes(), root / archive
    try:
        with zipfile.ZipFile(path) as file:
            entries = [entry for entry in file.infolist() if _is_image(entry.filename, suffixes)]
    except (*UNREADABLE, OSError, RuntimeError, MemoryError) as error:
        raise PipelineError(
            refusal(error, path) or f"{shown(path)} cannot be read as a zip file ({error}): get it anew."
        ) from None
    return [_image(root, archive, entry) for entry in entries]


def read(root: Path, image: ImageFile) -> bytes:
    """The bytes of an image file. Raises PipelineError when they cannot be read."""
    path = root / image.name
    try:
        if image.member is None:
            return path.read_bytes()
        return _extract(root / image.member.archive, image.member, image.size)
    except (*UNREADABLE, OSError, MemoryError) as error:
        raise PipelineError(refusal(error, path) or refused(path, error)) from None


def refused(path: Path, reason: object) -> str:
    """The sentence about an image that cannot be used."""
    return f"{shown(path)} cannot be used ({reason}): mend or remove it, then download and prepare again."


def shown(path: Path) -> str:
    """A path on one line of text, whatever bytes its name is made of."""
    return str(path).encode(errors="backslashreplace").decode().replace("\n", "\\n")


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
            f"{shown(root / stray)} lies beside folders that name classes: put every image of {root} into "
            "the folder of its class, or all of them into none."
        )
    return sorted(name for name in names if name is not None)


def labels(images: Sequence[ImageFile], names: Sequence[str]) -> np.ndarray:
    """The class of each image, int64 (n,): its folder's place in `names`, or 0 where there are none."""
    if not names:
        return np.zeros(len(images), dtype=np.int64)
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers[str(image.folder)] for image in images], dtype=np.int64)


def record(path: str, folder: Path, images: Sequence[ImageFile]) -> list[str]:
    """Write listing.json into a source's raw folder for the images at `path`; its name."""
    write_json(folder / LISTING, _summary(path, images))
    return [LISTING]


def recorded(raw: Path) -> tuple[Path, list[ImageFile]]:
    """The folder that listing.json speaks of and its images.

    Raises PipelineError when they are no longer those that were listed.
    """
    listing = read_json(raw / LISTING, f"`python -m pipeline download {raw.name}`", Listing)
    root = Path(listing["path"]).expanduser()
    images = find(root)
    if _summary(listing["path"], images) != listing:
        raise PipelineError(
            f"The images in {root} are not those that were listed: run "
            f"`python -m pipeline download {raw.name}` again."
        )
    return root, images


def _summary(path: str, images: Sequence[ImageFile]) -> Listing:
    return {
        "path": path,
        "images": len(images),
        "folders": len({image.folder for image in images} - {None}),
        "sha256_of_names_and_sizes": digest(images),
    }


def _suffixes() -> set[str]:
    """Suffixes of the formats that are read."""
    from PIL import Image

    return {suffix for suffix, form in Image.registered_extensions().items() if form in FORMATS}


def _unreadable(error: OSError) -> None:
    """Raises PipelineError for a folder that could not be listed; one that is not there holds nothing."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise PipelineError(refusal(error) or refused(Path(error.filename), error.strerror))


def _check_folder(root: Path, here: Path, name: str) -> None:
    """Raises PipelineError for a link to a folder outside of `root`, or to one that it lies in itself."""
    link = here / name
    if link.is_symlink():
        target = _target(root, link)
        above = [here, *here.parents][: len(here.parts) - len(root.parts) + 1]
        if target in {place.resolve() for place in above}:
            raise PipelineError(
                f"{shown(link)} is a link in a circle, to {shown(target)}: remove it, then download again."
            )


def _size(root: Path, path: Path) -> int:
    """The bytes of an image or zip file. Raises PipelineError when it is no regular file under `root`."""
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            status = os.stat(_target(root, path))
    except OSError as error:
        raise PipelineError(refusal(error, path) or refused(path, error.strerror)) from None
    if not stat.S_ISREG(status.st_mode):
        raise PipelineError(refused(path, "it is no file but a pipe, a device or the like"))
    return _not_too_large(path, status.st_size) if path.suffix.lower() != ".zip" else status.st_size


def _target(root: Path, link: Path) -> Path:
    """Where a link leads. Raises PipelineError when that is nowhere, or out of `root`."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        raise PipelineError(
            f"{shown(link)} is a link that leads nowhere ({shown(link.readlink())}): put the file itself "
            "there, or remove the link, then download again."
        ) from None
    if not target.is_relative_to(root.resolve()):
        raise PipelineError(
            f"{shown(link)} is a link out of {shown(root)}, to {shown(target)}: put the files themselves "
            "there, or remove the link, then download again."
        )
    return target


def _not_too_large(path: Path, size: int) -> int:
    if size > LARGEST:
        raise PipelineError(refused(path, f"its {size:,} bytes are more than any image of these formats has"))
    return size


def _is_image(name: str, suffixes: set[str]) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not name.endswith("/") and not hidden and PurePosixPath(name).suffix.lower() in suffixes


def _image(root: Path, archive: str, entry: zipfile.ZipInfo) -> ImageFile:
    if entry.flag_bits & ENCRYPTED or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PipelineError(
            f"{shown(root / archive)} is encrypted or compressed by a method other than deflate: unpack "
            "it into a folder and remove the zip file."
        )
    _not_too_large(root / archive / entry.filename, max(entry.file_size, entry.compress_size))
    deflated = entry.compress_type == zipfile.ZIP_DEFLATED
    member = Member(archive, entry.header_offset, entry.compress_size, deflated, entry.CRC)
    return ImageFile(f"{archive}/{entry.filename}", entry.file_size, member)


def _extract(archive: Path, member: Member, size: int) -> bytes:
    """A member's content. `zipfile` would read the whole table of contents, in every process."""
    with open(archive, "rb") as file:
        file.seek(member.offset)
        signature, *_, name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
        if signature != LOCAL_SIGNATURE:
            raise zipfile.BadZipFile("the archive has changed")
        file.seek(name + extra, os.SEEK_CUR)
        content = file.read(member.length)
    if member.deflated:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, size + 1)
    if len(content) != size:
        raise zipfile.BadZipFile("it does not unpack to the size that it is said to have")
    if zlib.crc32(content) != member.crc:
        raise zipfile.BadZipFile("its check sum is wrong")
    return content
