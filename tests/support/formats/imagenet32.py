"""The public release of ILSVRC2012 at 32×32: ten .npz files of training images."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.params.datasets.imagenet import BATCHES


def write(folder: Path, images: np.ndarray, labels: np.ndarray, compressed: bool = True) -> None:
    """images: uint8 (n, 3, 32, 32); labels: int (n,), from 0, which the files count from 1."""
    folder.mkdir(parents=True, exist_ok=True)
    save = np.savez_compressed if compressed else np.savez
    parts = np.array_split(np.arange(len(images)), len(BATCHES))
    for name, rows in zip(BATCHES, parts, strict=True):
        flat = images[rows].reshape(len(rows), -1)
        mean = images.reshape(len(images), -1).mean(axis=0)
        save(folder / name, data=flat, labels=labels[rows] + 1, mean=mean)
