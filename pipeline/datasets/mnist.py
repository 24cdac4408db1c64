"""MNIST, read by torchvision from the four original files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets import Prepared
from pipeline.datasets.splits import official
from pipeline.params.datasets import MNIST

CLASSES = 10
SIDE = 28


def prepare(config: MNIST, raw: Path) -> Prepared:
    """The 60,000 training images and the 10,000 test images, in the files' order.

    The last `validation` training images are the validation split.
    """
    parts = [read(raw, name, config.size) for name in ("train", "t10k")]
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    training, test = (len(part[0]) for part in parts)
    return Prepared(images[:, None], labels, official(training, config.validation, test), [CLASSES])


def read(raw: Path, name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (n, size, size) and labels int64 (n,) of 'train' or 't10k'.

    At 32 pixels a margin of two zeros is added on every side.
    Raises PipelineError when the files are not MNIST's.
    """
    from torchvision.datasets.mnist import read_image_file, read_label_file

    files = raw / f"{name}-images-idx3-ubyte", raw / f"{name}-labels-idx1-ubyte"
    try:
        images, labels = read_image_file(str(files[0])).numpy(), read_label_file(str(files[1])).numpy()
    except (AssertionError, TypeError, ValueError, KeyError, IndexError) as error:
        raise PipelineError(f"{files[0]} or {files[1].name} is no IDX file of bytes ({error!r}).") from None
    if images.shape != (len(labels), SIDE, SIDE):
        raise PipelineError(
            f"{files[0]} has the shape {images.shape}, where {files[1].name} has {len(labels)} labels and "
            f"images are of {SIDE}×{SIDE} pixels."
        )
    margin = (size - SIDE) // 2
    return np.pad(images, ((0, 0), (margin, margin), (margin, margin))), labels.astype(np.int64)
