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

UNLABELLED, TEST, TEST_LABELS = "unlabeled_X.bin", "test_X.bin", "test_y.bin"
SIDE = 96
IMAGE = 3 * SIDE * SIDE
CHUNK = 500


def prepare(config: STL10, raw: Path) -> Prepared:
    """Images (n, 3, 48, 48): the unlabelled ones for training, label −1, then the labelled test images.

    Images are read CHUNK at a time, so memory holds little more than the result.
    Raises PipelineError when the archive is damaged or is not STL-10's.
    """
    test, labels = _labelled(config, raw)
    with opened(raw / config.archive, {UNLABELLED: config.released.train * IMAGE}) as members:
        member = next(members)
        training = _count(config, member)
        data = np.empty((training + len(test), *test.shape[1:]), dtype=np.uint8)
        _halve_into(data[:training], member)
    data[training:] = test
    return Prepared(
        data=data,
        labels=np.concatenate([np.full(training, -1, dtype=np.int64), labels]),
        split=consecutive(training, 0, len(test)),
        classes=[config.classes],
    )


def halve(images: np.ndarray) -> np.ndarray:
    """Means of 2×2 pixels, uint8 (…, h, w) → (…, h/2, w/2); halves are rounded up, like Pillow's `reduce`."""
    wide = images.astype(np.uint16)
    rows = wide[..., 0::2, :] + wide[..., 1::2, :]
    return ((rows[..., 0::2] + rows[..., 1::2] + 2) // 4).astype(np.uint8)


def _labelled(config: STL10, raw: Path) -> tuple[np.ndarray, np.ndarray]:
    """Halved test images and their labels from 0, int64."""
    sizes = {TEST: config.released.test * IMAGE, TEST_LABELS: config.released.test}
    with opened(raw / config.archive, sizes) as members:
        for member in members:
            if member.name == TEST_LABELS:
                labels = np.frombuffer(member.content.read(), dtype=np.uint8)
            else:
                images = np.empty((_count(config, member), 3, SIDE // 2, SIDE // 2), dtype=np.uint8)
                _halve_into(images, member)
    if len(labels) != len(images) or not ((labels >= 1) & (labels <= config.classes)).all():
        raise PipelineError(
            f"{TEST_LABELS} in {config.archive} must have a label from 1 to {config.classes} for every image "
            f"of {TEST}."
        )
    return images, labels.astype(np.int64) - 1


def _count(config: STL10, member: Member) -> int:
    count, rest = divmod(member.size, IMAGE)
    if rest:
        raise PipelineError(
            f"{member.name} in {config.archive} is not made of whole images of {SIDE}×{SIDE} pixels."
        )
    return count


def _halve_into(halved: np.ndarray, member: Member) -> None:
    """Fill `halved` with the images of a file, which has each plane column by column."""
    starts = range(0, len(halved), CHUNK)
    for start in track(starts, f"{member.name} ({CHUNK} images)", total=len(starts)):
        rows = halved[start : start + CHUNK]
        content = np.frombuffer(member.content.read(len(rows) * IMAGE), dtype=np.uint8)
        rows[:] = halve(content.reshape(-1, 3, SIDE, SIDE)).swapaxes(2, 3)
