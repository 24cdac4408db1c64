"""From image files to small square arrays: decoding, cropping and antialiased resizing by Pillow.

Every resize uses Pillow's BILINEAR filter, which widens with the reduction and so averages over an
area; it is what DCGAN's preparation of CelebA used and the default of torchvision's `Resize`.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.system import refusal
from pipeline.datasets import image_files
from pipeline.datasets.image_files import ImageFile
from pipeline.datasets.streaming import Stream, fingerprint, pieces_of

if TYPE_CHECKING:
    from PIL.Image import Image

# Depths beyond a byte, which Pillow would clip rather than scale.
DEEP_MODES = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")


def thumbnails(root: Path, images: Sequence[ImageFile], crop: int | None, size: int) -> Stream:
    """A stream of uint8 RGB images (3, size, size), one of each file, in the given order."""
    return Stream(
        pieces=pieces_of(images),
        example=(3, size, size),
        fill=functools.partial(_fill, root=root, crop=crop, size=size),
        fingerprint=fingerprint({"crop": crop, "size": size}, (image.line for image in images)),
    )


def described(crop: int | None, size: int) -> str:
    """What `thumbnails` does, in words for about.json."""
    taken = "shorter side" if crop is None else f"central {crop}×{crop} pixels"
    return f"{taken} to {size}, {'central square, ' if crop is None else ''}antialiased (Pillow's BILINEAR)"


def square(image: Image, crop: int | None, size: int) -> Image:
    """An image of size × size pixels.

    With `crop`, its central square of `crop` pixels resized; without, the image resized until its
    shorter side is `size`, then its central square. Margins are rounded as torchvision does.
    Raises ValueError when the image is smaller than the crop.
    """
    from PIL.Image import Resampling

    if crop is not None:
        return centre(image, crop).resize((size, size), Resampling.BILINEAR)
    shorter = min(image.size)
    width, height = (size * side // shorter for side in image.size)
    return centre(image.resize((width, height), Resampling.BILINEAR), size)


def centre(image: Image, side: int) -> Image:
    """The central square. Raises ValueError when the image is smaller."""
    if side > min(image.size):
        raise ValueError(f"its {image.width}×{image.height} pixels are fewer than the crop's {side}×{side}")
    left, top = (round((length - side) / 2) for length in image.size)
    return image.crop((left, top, left + side, top + side))


def decode(content: bytes) -> Image:
    """The RGB image in a file's bytes; grey is repeated, transparency ignored.

    Raises ValueError for what is no image or has more than 8 bits a channel, and whatever Pillow raises
    for a damaged one.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=image_files.FORMATS) as image:
            if image.mode in DEEP_MODES:
                raise ValueError("it has more than 8 bits a channel")
            return image.convert("RGB")
    except UnidentifiedImageError:
        raise ValueError(f"it is no image of {', '.join(image_files.FORMATS)}") from None


def _fill(images: Sequence[ImageFile], out: np.ndarray, *, root: Path, crop: int | None, size: int) -> None:
    for row, image in enumerate(images):
        content = image_files.read(root, image)
        try:
            out[row] = np.asarray(square(decode(content), crop, size)).transpose(2, 0, 1)
        except Exception as error:  # Pillow raises nearly anything for a damaged file
            path = root / image.name
            raise PipelineError(refusal(error, path) or image_files.refused(path, error)) from None
