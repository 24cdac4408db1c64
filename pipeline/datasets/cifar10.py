"""CIFAR-10 from the records of its binary release."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.progress import track
from pipeline.datasets import Prepared
from pipeline.datasets.archives import Member, opened
from pipeline.datasets.splits import official
from pipeline.params.datasets import CIFAR10

TRAINING = [f"data_batch_{number}.bin" for number in range(1, 6)]
TEST = "test_batch.bin"
PIXELS = math.prod(CIFAR10.shape)
BATCH = 10_000


def prepare(config: CIFAR10, raw: Path) -> Prepared:
    """Images (n, 3, 32, 32): the five training batches in order, then the test batch.

    The last `validation` training images are the validation split.
    Raises PipelineError when the archive is damaged or is not CIFAR-10's.
    """
    files = [*TRAINING, TEST]
    with opened(raw / config.archive, dict.fromkeys(files, BATCH * (1 + PIXELS))) as members:
        batches = track(members, "CIFAR-10 (batches)", total=len(files))
        found = {batch.name: _records(config, batch) for batch in batches}
    records = np.concatenate([found[name] for name in files])
    test = len(found[TEST])
    return Prepared(
        data=records[:, 1:].reshape(-1, *config.shape),
        labels=records[:, 0].astype(np.int64),
        split=official(len(records) - test, config.validation, test),
        classes=[config.classes],
    )


def _records(config: CIFAR10, member: Member) -> np.ndarray:
    """uint8 (n, 1 + 3072): a label, then red, green and blue planes, each row by row."""
    if member.size % (1 + PIXELS):
        raise PipelineError(f"{member.name} in {config.archive} is not made of whole CIFAR-10 records.")
    records = np.frombuffer(member.content.read(), dtype=np.uint8).reshape(-1, 1 + PIXELS)
    if (records[:, 0] >= config.classes).any():
        raise PipelineError(f"{member.name} in {config.archive} has a label above {config.classes - 1}.")
    return records
