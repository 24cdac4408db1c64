"""STL-10 at half its size: 2×2 pixels of the 96×96 images are averaged (dfm, Sec. 5.2)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.progress import track
from pipeline.datasets import Prepared
from pipeline.datasets.archives import Member, opened
from pipeline.datasets.splits import consecutive
from pipeline.params.datasets import STL10

ARCHIVE = "stl10_binary.tar.gz"
UNLABELLED, TEST, TEST_LABELS = "unlabeled_X.bin", "test_X.bin", "test_y.bin"
# Label k is the k-th of these.
NAMES = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")
SIDE = 96
IMAGE = 3 * SIDE * SIDE
CHUNK = 500
UNLABELLED_IMAGES, TEST_IMAGES = 100_000, 8_000


def prepare(config: STL10, raw: Path) -> Prepared:
    """Images (n, 3, 48, 48): the unlabelled ones for training, label −1, then the labelled test images.

    Images are read CHUNK at a time, so memory holds little more than the result.
    Raises PipelineError when the archive is damaged or is not STL-10's.
    """
    test, labels = _labelled(raw / ARCHIVE)
    with opened(raw / ARCHIVE, {UNLABELLED: UNLABELLED_IMAGES * IMAGE}) as members:
        member = next(members)
        training = _count(member)
        data = np.empty((training + len(test), *test.shape[1:]), dtype=np.uint8)
        _halve_into(data[:training], member)
    data[training:] = test
    return Prepared(
        data=data,
        labels=np.concatenate([np.full(training, -1, dtype=np.int64), labels]),
        split=consecutive(training, 0, len(test)),
        classes=[len(NAMES)],
    )


def halve(images: np.ndarray) -> np.ndarray:
    """Means of 2×2 pixels, uint8 (…, h, w) → (…, h/2, w/2); halves are rounded up, like Pillow's `reduce`."""
    wide = images.astype(np.uint16)
    rows = wide[..., 0::2, :] + wide[..., 1::2, :]
    return ((rows[..., 0::2] + rows[..., 1::2] + 2) // 4).astype(np.uint8)


def _labelled(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Halved test images and their labels from 0, int64."""
    with opened(path, {TEST: TEST_IMAGES * IMAGE, TEST_LABELS: TEST_IMAGES}) as members:
        for member in members:
            if member.name == TEST_LABELS:
                labels = np.frombuffer(member.content.read(), dtype=np.uint8)
            else:
                images = np.empty((_count(member), 3, SIDE // 2, SIDE // 2), dtype=np.uint8)
                _halve_into(images, member)
    if len(labels) != len(images) or not ((labels >= 1) & (labels <= len(NAMES))).all():
        raise PipelineError(
            f"{TEST_LABELS} in {ARCHIVE} must have a label from 1 to {len(NAMES)} for every image of {TEST}."
        )
    return images, labels.astype(np.int64) - 1


def _count(member: Member) -> int:
    count, rest = divmod(member.size, IMAGE)
    if rest:
        raise PipelineError(
            f"{member.name} in {ARCHIVE} is not made of whole images of {SIDE}×{SIDE} pixels."
        )
    return count


def _halve_into(halved: np.ndarray, member: Member) -> None:
    """Fill `halved` with the images of a file, which has each plane column by column."""
    starts = range(0, len(halved), CHUNK)
    for start in track(starts, f"{member.name} ({CHUNK} images)", total=len(starts)):
        rows = halved[start : start + CHUNK]
        content = np.frombuffer(member.content.read(len(rows) * IMAGE), dtype=np.uint8)
        rows[:] = halve(content.reshape(-1, 3, SIDE, SIDE)).swapaxes(2, 3)
