"""MNIST: four gzipped IDX files."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

from pipeline.params.datasets.mnist import MD5


def write(
    folder: Path, images: np.ndarray, labels: np.ndarray, test_images: np.ndarray, test_labels: np.ndarray
) -> None:
    """Images uint8 (n, 28, 28), labels (n,) of 0 … 9."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(MD5, (images, labels, test_images, test_labels), strict=True):
        (folder / f"{name}.gz").write_bytes(
            gzip.compress(_idx(array.astype(np.uint8)), compresslevel=1, mtime=0)
        )


def _idx(array: np.ndarray) -> bytes:
    """Two zeros, 8 for unsigned bytes, the number of dimensions, the sizes as big-endian, the values."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
