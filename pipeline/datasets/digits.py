"""scikit-learn's 1,797 handwritten digits, 8×8 pixels with values 0 … 16, upscaled."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.base.files import read_npy
from pipeline.datasets import SPLITS, Prepared
from pipeline.datasets.splits import assign
from pipeline.params.datasets import ColorDigits, Digits

MARGIN = 2


def prepare(config: Digits, raw: Path) -> Prepared:
    """Grey images (1797, 1, size, size), labelled by digit."""
    images, labels = read(raw, config.size)
    return Prepared(images[:, None], labels, assign(len(images), config.splits), [config.classes])


def colors(config: ColorDigits, raw: Path) -> Prepared:
    """Images (count, 3, size, size), labelled by the digits of the three channels (count, 3)."""
    images, labels = read(raw, config.size)
    table, split = index_table(config, len(images))
    return Prepared(images[table], labels[table], split, list(config.factors.values()))


def index_table(config: ColorDigits, available: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of the `available` digits make each image, int64 (count, 3), and the images' split codes.

    Draws are independent, uniform and with replacement among the digits of the image's own split,
    so no digit is seen both in training and in test.
    """
    source = assign(available, config.splits, stream="digits")
    split = assign(config.count, config.splits)
    rng = streams.numpy_stream(config.seed, "color digits")
    table = np.empty((config.count, 3), dtype=np.int64)
    for code in range(len(SPLITS)):
        rows = split == code
        if rows.any():
            table[rows] = rng.choice(np.flatnonzero(source == code), size=(rows.sum(), 3))
    return table, split


def read(raw: Path, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Upscaled images uint8 (1797, size, size) and labels int64 (1797,)."""
    images = read_npy(raw / "images.npy")
    labels = read_npy(raw / "labels.npy")
    return np.stack([upscale(image, size) for image in images]), labels.astype(np.int64)


def upscale(image: np.ndarray, size: int) -> np.ndarray:
    """One 8×8 image of values 0 … 16 → uint8 (size, size).

    Bicubic, inside a margin of two pixels as in MNIST. The 8×8 counts are a box-filtered pen stroke,
    so its edge lies where the interpolated grey is one half; doubling the contrast around it gives
    strokes with a dark ground and a bright core. Pillow resizes bytes in integer arithmetic, so the
    result is the same on every machine.
    """
    from PIL import Image

    grey = Image.fromarray((image.astype(np.uint16) * 255 // 16).astype(np.uint8))
    inner = size - 2 * MARGIN
    smooth = np.asarray(grey.resize((inner, inner), Image.Resampling.BICUBIC), dtype=np.int16)
    return np.pad(np.clip(2 * smooth - 128, 0, 255).astype(np.uint8), MARGIN)
