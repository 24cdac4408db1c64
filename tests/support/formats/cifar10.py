"""CIFAR-10's binary release: records of a label and three planes, in five batches and a test batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formats.archive import write_tar
from pipeline.params.datasets.cifar10 import ARCHIVE, LABELS


def write(
    folder: Path, images: np.ndarray, labels: np.ndarray, test_images: np.ndarray, test_labels: np.ndarray
) -> None:
    """Images uint8 (n, 3, 32, 32), labels (n,) of 0 … 9; the training images are dealt over the batches."""
    batches = zip(np.array_split(images, 5), np.array_split(labels, 5), strict=True)
    contents = {f"data_batch_{number}.bin": _records(*batch) for number, batch in enumerate(batches, start=1)}
    contents["test_batch.bin"] = _records(test_images, test_labels)
    contents["batches.meta.txt"] = ("\n".join(LABELS) + "\n\n").encode()
    inside = {f"cifar-10-batches-bin/{name}": content for name, content in sorted(contents.items())}
    write_tar(folder / ARCHIVE, inside)


def _records(images: np.ndarray, labels: np.ndarray) -> bytes:
    planes = images.astype(np.uint8).reshape(len(images), -1)
    return np.concatenate([labels.astype(np.uint8)[:, None], planes], axis=1).tobytes()
