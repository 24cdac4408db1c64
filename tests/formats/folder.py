"""A folder of image files, or a zip file in it, with a folder for each class."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np


def write(
    folder: Path,
    images: Mapping[str, Sequence[np.ndarray]],
    archive: str | None = None,
    suffix: str = "png",
    compression: int = zipfile.ZIP_DEFLATED,
) -> None:
    """images: uint8 (3, height, width) of any size, by class; the class '' is for those in no folder.

    archive: the zip file's name if they are to be in one. suffix: any format that Pillow writes.
    """
    files = {
        f"{name}/{number:05d}.{suffix}".lstrip("/"): encoded(image, suffix)
        for name, members in images.items()
        for number, image in enumerate(members)
    }
    folder.mkdir(parents=True, exist_ok=True)
    if archive:
        with zipfile.ZipFile(folder / archive, "w", compression) as file:
            for name, content in files.items():
                file.writestr(name, content)
        return
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def encoded(image: np.ndarray, suffix: str = "png") -> bytes:
    """A file of an image (3, height, width); WebP without loss."""
    from PIL import Image

    file = io.BytesIO()
    form = Image.registered_extensions()[f".{suffix}"]
    Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0))).save(file, form, lossless=True)
    return file.getvalue()
