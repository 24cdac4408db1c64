"""STL-10's binary release: images plane by plane and column by column, labels from 1."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formats.archive import write_tar
from pipeline.params.datasets.stl10 import ARCHIVE, LABELS


def write(folder: Path, unlabelled: np.ndarray, test_images: np.ndarray, test_labels: np.ndarray) -> None:
    """Images uint8 (n, 3, 96, 96), labels (n,) of 0 … 9; the labelled training images are the test ones."""
    contents = {
        "test_X.bin": _columns(test_images),
        "test_y.bin": (test_labels + 1).astype(np.uint8).tobytes(),
        "train_X.bin": _columns(test_images),
        "train_y.bin": (test_labels + 1).astype(np.uint8).tobytes(),
        "unlabeled_X.bin": _columns(unlabelled),
        "class_names.txt": ("\n".join(LABELS) + "\n").encode(),
    }
    inside = {f"stl10_binary/{name}": content for name, content in contents.items()}
    write_tar(folder / ARCHIVE, inside)


def _columns(images: np.ndarray) -> bytes:
    return images.astype(np.uint8).swapaxes(2, 3).tobytes()
