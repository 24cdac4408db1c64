"""scikit-learn's 1,797 handwritten digits, 8×8 pixels with values 0 … 16, upscaled."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base.files import read_npy
from pipeline.datasets import Prepared
from pipeline.datasets.splits import assign
from pipeline.params.datasets import Digits

MARGIN = 2


def prepare(config: Digits, raw: Path) -> Prepared:
    """Grey images (1797, 1, size, size), labelled by digit."""
    images, labels = read(raw, config.size)
    return Prepared(images[:, None], labels, assign(len(images), config.splits), [config.classes])


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
