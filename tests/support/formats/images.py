"""The bytes of one image file, and files written into a folder or a zip file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

OPTIONS = {"JPEG": {"quality": 95}, "WEBP": {"lossless": True}}


def encoded(image: np.ndarray, suffix: str) -> bytes:
    """A file of an image uint8 (3, height, width), in any format that Pillow writes; WebP without loss."""
    from PIL import Image

    form = Image.registered_extensions()[f".{suffix.lower()}"]
    file = io.BytesIO()
    pixels = np.ascontiguousarray(image.transpose(1, 2, 0))
    Image.fromarray(pixels).save(file, form, **OPTIONS.get(form, {}))
    return file.getvalue()


def write_zip(
    path: Path, files: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files:
            archive.writestr(name, content)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, content in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
