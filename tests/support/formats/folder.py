"""A folder of image files, or a zip file in it, with a folder for each class."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from formats.images import encoded, write_files, write_zip


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
    files = (
        (f"{name}/{number:05d}.{suffix}".lstrip("/"), encoded(image, suffix))
        for name, members in images.items()
        for number, image in enumerate(members)
    )
    write_zip(folder / archive, files, compression) if archive else write_files(folder, files)
