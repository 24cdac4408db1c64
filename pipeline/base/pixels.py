"""Pixels 0 … 255, and the values in a run's range that networks see in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

Array = TypeVar("Array", np.ndarray, "Tensor")


def to_values(data: Array, limits: Sequence[float]) -> Array:
    """uint8 pixels as floats in `limits` = [low, high]; anything else as it is. NumPy arrays or tensors."""
    if not _are_pixels(data):
        return data
    low, high = limits
    return data / (255 / (high - low)) + low


def to_pixels(values: Array, limits: Sequence[float]) -> Array:
    """Values in `limits` rounded to uint8 pixels, those outside clipped; pixels as they are."""
    if _are_pixels(values):
        return values
    low, high = limits
    levels = ((values - low) * (255 / (high - low))).round().clip(0, 255)
    return levels.astype(np.uint8) if isinstance(levels, np.ndarray) else levels.byte()


def _are_pixels(data: np.ndarray | Tensor) -> bool:
    return str(data.dtype).endswith("uint8")
