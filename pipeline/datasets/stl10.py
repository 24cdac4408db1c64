"""STL-10 at half its size: 2×2 pixels of the 96×96 images are averaged (dfm, Sec. 5.2)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.datasets import Prepared
from pipeline.datasets.archives import Member, opened
from pipeline.datasets.splits import consecutive
from pipeline.errors import PipelineError
from pipeline.params.datasets import STL10
from pipeline.progress import track

ARCHIVE = "stl10_binary.tar.gz"
UNLABELLED, TEST, TEST_LABELS = "unlabeled_X.bin", "test_X.bin", "test_y.bin"
# Label k is the k-th of these.
NAMES = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")
SIDE = 96
IMAGE = 3 * SIDE * SIDE
CHUNK = 500


def prepare(config: STL10, raw: Path) -> Prepared:
    """Images (n, 3, 48, 48): the unlabelled ones for training, label −1, then the labelled test images.

    The archive is read as a stream, CHUNK images at a time, so memory holds little more than the result.
    Raises PipelineError when the archive is damaged or is not STL-10's.
    """
    images, labels = {}, np.empty(0)
    with opened(raw / ARCHIVE, [UNLABELLED, TEST, TEST_LABELS]) as members:
        for member in members:
            if member.name == TEST_LABELS:
                labels = np.frombuffer(member.content.read(), dtype=np.uint8)
            else:
                images[member.name] = _halved(member)
    if len(labels) != len(images[TEST]) or not ((labels >= 1) & (labels <= len(NAMES))).all():
        raise PipelineError(
            f"{TEST_LABELS} in {ARCHIVE} must have a label from 1 to {len(NAMES)} for every image of {TEST}."
        )
    training = len(images[UNLABELLED])
    return Prepared(
        data=_joined(images.pop(UNLABELLED), images.pop(TEST)),
        labels=np.concatenate([np.full(training, -1, dtype=np.int64), labels.astype(np.int64) - 1]),
        split=consecutive(training, 0, len(labels)),
        classes=[len(NAMES)],
    )


def halve(images: np.ndarray) -> np.ndarray:
    """Means of 2×2 pixels, uint8 (…, h, w) → (…, h/2, w/2); halves are rounded up, like Pillow's `reduce`."""
    wide = images.astype(np.uint16)
    rows = wide[..., 0::2, :] + wide[..., 1::2, :]
    return ((rows[..., 0::2] + rows[..., 1::2] + 2) // 4).astype(np.uint8)


def _halved(member: Member) -> np.ndarray:
    count, rest = divmod(member.size, IMAGE)
    if rest:
        raise PipelineError(
            f"{member.name} in {ARCHIVE} is not made of whole images of {SIDE}×{SIDE} pixels."
        )
    halved = np.empty((count, 3, SIDE // 2, SIDE // 2), dtype=np.uint8)
    starts = range(0, count, CHUNK)
    for start in track(starts, f"{member.name} ({CHUNK} images)", total=len(starts)):
        content = member.content.read(min(CHUNK, count - start) * IMAGE)
        # The file has each plane column by column.
        columns = np.frombuffer(content, dtype=np.uint8).reshape(-1, 3, SIDE, SIDE)
        halved[start : start + CHUNK] = halve(columns).swapaxes(2, 3)
    return halved


def _joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Both in one array, which grows in place: a copy would double the memory."""
    count = len(first)
    first.resize((count + len(second), *first.shape[1:]), refcheck=False)
    first[count:] = second
    return first
