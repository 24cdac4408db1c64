"""ILSVRC2012's training set as it was released at 32×32 (Chrabaszcz, Loshchilov, Hutter 2017).

This is other preprocessing than dfm's: whole images squeezed to a square by a box filter, not cropped.
"""

from __future__ import annotations

import functools
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.lib import format as npy

from pipeline.base.errors import PipelineError
from pipeline.base.files import UNREADABLE
from pipeline.base.system import refusal
from pipeline.datasets import SPLITS, Prepared
from pipeline.datasets.streaming import Piece, Stream, fingerprint
from pipeline.params.datasets import ImageNet32

IMAGES, LABELS = "data.npy", "labels.npy"
PIXELS = math.prod(ImageNet32.shape)
ROWS_AT_ONCE = 4096
ROWS_OF_PIECE = 4 * ROWS_AT_ONCE


class Rows(NamedTuple):
    """The rows of a batch from `start` on, and how many there are in the whole batch."""

    batch: str
    total: int
    start: int


def prepare(config: ImageNet32, raw: Path) -> Prepared:
    """Images (n, 3, 32, 32), batch after batch, labelled 0 … 999 in the release's order; all for training.

    Raises PipelineError when a batch is not of the release's format.
    """
    batches = sorted(raw.glob("train_data_batch_*.npz"), key=_number)
    if not batches:
        raise PipelineError(f"There are no batches of 32×32 ImageNet in {raw}: download them again.")
    parts = [_labels(batch, config.classes) for batch in batches]
    labels = np.concatenate(parts)
    pieces = [
        Piece(min(ROWS_OF_PIECE, len(part) - start), Rows(batch.name, len(part), start))
        for batch, part in zip(batches, parts, strict=True)
        for start in range(0, len(part), ROWS_OF_PIECE)
    ]
    return Prepared(
        data=Stream(
            pieces,
            example=config.shape,
            fill=functools.partial(_fill, raw=raw),
            fingerprint=fingerprint([_check_sum(batch) for batch in batches]),
        ),
        labels=labels,
        split=np.full(len(labels), SPLITS.index("train"), dtype=np.uint8),
        classes=[config.classes],
        about={
            "preprocessing": "whole images squeezed to 32×32 by a box filter, not cropped (public release)"
        },
    )


def _number(batch: Path) -> int:
    return int(re.sub(r"\D", "", batch.stem))


def _labels(batch: Path, classes: int) -> np.ndarray:
    """int64 (n,); the file counts from 1."""
    try:
        with zipfile.ZipFile(batch) as archive:
            if archive.getinfo(LABELS).file_size > archive.getinfo(IMAGES).file_size:
                raise ValueError("its labels are larger than its images")
        with np.load(batch, allow_pickle=False) as arrays:
            labels = np.asarray(arrays["labels"], dtype=np.int64).ravel() - 1
    except (*UNREADABLE, OSError, RuntimeError, MemoryError) as error:
        raise PipelineError(_refused(batch, error)) from None
    if labels.min(initial=0) < 0 or labels.max(initial=0) >= classes:
        raise PipelineError(_refused(batch, f"its labels are not all in 1 … {classes}"))
    return labels


def _check_sum(batch: Path) -> int:
    """Of the batch's images, as the file itself keeps it."""
    try:
        with zipfile.ZipFile(batch) as archive:
            return archive.getinfo(IMAGES).CRC
    except (*UNREADABLE, OSError) as error:
        raise PipelineError(_refused(batch, error)) from None


def _fill(rows: Rows, out: np.ndarray, *, raw: Path) -> None:
    """Copy rows of a batch block by block.

    A compressed file can only be read from its beginning; even so several pieces a batch cost little,
    and one alone would take 400 MB.
    """
    batch = raw / rows.batch
    try:
        for start, block in _blocks(batch, rows.total):
            place = start - rows.start
            if place >= len(out):
                break
            if place >= 0:
                out[place : place + len(block)] = block.reshape(-1, *out.shape[1:])
    except (*UNREADABLE, OSError, RuntimeError, MemoryError) as error:
        raise PipelineError(_refused(batch, error)) from None


def _blocks(batch: Path, rows: int) -> Iterator[tuple[int, np.ndarray]]:
    """The images of a batch, uint8 (≤ ROWS_AT_ONCE, 3072), each with the number of its first row.

    Raises ValueError when they are not of this kind, or not as many as there are labels.
    """
    with zipfile.ZipFile(batch) as archive, archive.open(IMAGES) as file:
        shape, fortran, dtype = _header(file)
        if shape != (rows, PIXELS) or dtype != np.uint8 or fortran:
            raise ValueError(f"its data are {dtype} {shape} instead of uint8 {(rows, PIXELS)}")
        for start in range(0, rows, ROWS_AT_ONCE):
            content = file.read(ROWS_AT_ONCE * PIXELS)
            count = min(ROWS_AT_ONCE, rows - start)
            yield start, np.frombuffer(content, dtype=np.uint8).reshape(count, PIXELS)
        file.read()  # the check sum is compared at the end


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    return read(file)


def _refused(batch: Path, error: Exception | str) -> str:
    told = refusal(error, batch) if isinstance(error, Exception) else None
    return told or f"{batch} is not a batch of 32×32 ImageNet ({error}): get it anew and download again."
