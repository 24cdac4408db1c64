"""Training, validation and test examples."""

from __future__ import annotations

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.base.errors import PipelineError
from pipeline.datasets import SPLITS
from pipeline.params.datasets import Splits


def assign(count: int, splits: Splits, stream: str = "splits") -> np.ndarray:
    """Codes into SPLITS in random order, uint8 (count,); their numbers are exactly `splits.sizes(count)`."""
    return streams.numpy_stream(splits.seed, stream).permutation(consecutive(*splits.sizes(count)))


def consecutive(training: int, validation: int, test: int) -> np.ndarray:
    """Codes into SPLITS, uint8, of so many examples of each, one split after the other."""
    return np.repeat(np.arange(len(SPLITS), dtype=np.uint8), [training, validation, test])


def official(training: int, validation: int, test: int) -> np.ndarray:
    """Codes into SPLITS, uint8, of training images followed by test images.

    The last `validation` of the training images are the validation split.
    Raises PipelineError when that leaves none to train on.
    """
    if validation >= training:
        raise PipelineError(
            f"prepare.validation is {validation}, but the source has {training} training images: lower it."
        )
    return consecutive(training - validation, validation, test)
