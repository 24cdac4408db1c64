"""Training, validation and test examples."""

from __future__ import annotations

import numpy as np

from pipeline import streams
from pipeline.datasets import SPLITS
from pipeline.params.datasets import Splits


def sizes(count: int, splits: Splits) -> list[int]:
    """How many of `count` examples are for training, validation and test."""
    held_out = [round(count * splits.validation), round(count * splits.test)]
    return [count - sum(held_out), *held_out]


def assign(count: int, splits: Splits, stream: str = "splits") -> np.ndarray:
    """Codes into SPLITS in random order, uint8 (count,); their numbers are exactly `sizes`."""
    codes = np.repeat(np.arange(len(SPLITS), dtype=np.uint8), sizes(count, splits))
    return streams.numpy_stream(splits.seed, stream).permutation(codes)
