"""MNIST, read by torchvision from the four original files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.datasets import Prepared
from pipeline.datasets.splits import official
from pipeline.params.datasets import MNIST

CLASSES = 10


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
    """
    from torchvision.datasets.mnist import read_image_file, read_label_file

    images = read_image_file(str(raw / f"{name}-images-idx3-ubyte")).numpy()
    labels = read_label_file(str(raw / f"{name}-labels-idx1-ubyte")).numpy()
    margin = (size - images.shape[-1]) // 2
    return np.pad(images, ((0, 0), (margin, margin), (margin, margin))), labels.astype(np.int64)
