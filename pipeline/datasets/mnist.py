"""MNIST, read by torchvision from the four original files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.datasets import SPLITS, Prepared
from pipeline.params.datasets import MNIST

CLASSES = 10


def prepare(config: MNIST, raw: Path) -> Prepared:
    """The 60,000 training images and the 10,000 test images, in the files' order.

    The last `validation` training images are the validation split. At 32 pixels a margin of two
    zeros is added on every side.
    """
    parts = [_read(raw, name) for name in ("train", "t10k")]
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    training = len(parts[0][0])
    split = np.full(len(images), SPLITS.index("train"), dtype=np.uint8)
    split[training - config.validation : training] = SPLITS.index("validation")
    split[training:] = SPLITS.index("test")
    margin = (config.size - images.shape[-1]) // 2
    data = np.pad(images, ((0, 0), (margin, margin), (margin, margin)))[:, None]
    return Prepared(data, labels.astype(np.int64), split, [CLASSES])


def _read(raw: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (n, 28, 28) and labels (n,) of 'train' or 't10k'."""
    from torchvision.datasets.mnist import read_image_file, read_label_file

    images = read_image_file(str(raw / f"{name}-images-idx3-ubyte"))
    labels = read_label_file(str(raw / f"{name}-labels-idx1-ubyte"))
    return images.numpy(), labels.numpy()
