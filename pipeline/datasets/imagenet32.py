"""ILSVRC2012's training set as it was released at 32×32 (Chrabaszcz, Loshchilov, Hutter 2017).

This is other preprocessing than dfm's: whole images squeezed to a square by a box filter, not cropped.
"""

from __future__ import annotations

import functools
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from pipeline.datasets import SPLITS, Prepared
from pipeline.datasets.streaming import Piece, Stream, fingerprint
from pipeline.errors import PipelineError
from pipeline.files import sha256
from pipeline.params.datasets import ImageNet32

CLASSES = 1000
PIXELS = 3 * 32 * 32
ROWS_AT_ONCE = 4096


def prepare(config: ImageNet32, raw: Path) -> Prepared:
    """Images (n, 3, 32, 32), batch after batch, labelled 0 … 999 in the release's order; all for training.

    Raises PipelineError when a batch is not of the release's format.
    """
    batches = sorted(raw.glob("train_data_batch_*.npz"), key=_number)
    labels = [_labels(batch) for batch in batches]
    pieces = [Piece(len(part), batch.name) for part, batch in zip(labels, batches, strict=True)]
    count = sum(piece.rows for piece in pieces)
    return Prepared(
        data=Stream(
            pieces,
            example=(3, 32, 32),
            fill=functools.partial(_fill, raw=raw),
            fingerprint=fingerprint([sha256(batch) for batch in batches]),
        ),
        labels=np.concatenate(labels),
        split=np.full(count, SPLITS.index("train"), dtype=np.uint8),
        classes=[CLASSES],
        about={
            "preprocessing": "whole images squeezed to 32×32 by a box filter, not cropped (public release)"
        },
    )


def _number(batch: Path) -> int:
    return int(re.sub(r"\D", "", batch.stem))


def _labels(batch: Path) -> np.ndarray:
    """int64 (n,); the file counts from 1."""
    try:
        with np.load(batch, allow_pickle=False) as arrays:
            labels = np.asarray(arrays["labels"], dtype=np.int64).ravel() - 1
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise PipelineError(_refused(batch, error)) from None
    if labels.min(initial=0) < 0 or labels.max(initial=0) >= CLASSES:
        raise PipelineError(_refused(batch, f"its labels are not all in 1 … {CLASSES}"))
    return labels


def _fill(name: str, out: np.ndarray, *, raw: Path) -> None:
    """Copy a batch's images block by block, since a whole batch takes 400 MB."""
    batch = raw / name
    start = 0
    try:
        for block in _blocks(batch, len(out)):
            out[start : start + len(block)] = block.reshape(-1, *out.shape[1:])
            start += len(block)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise PipelineError(_refused(batch, error)) from None


def _blocks(batch: Path, rows: int) -> Iterator[np.ndarray]:
    """The array `data` of a batch, uint8 (n, 3072), some rows at a time.

    Raises ValueError when it is not of this kind or has not as many rows as there are labels.
    """
    with zipfile.ZipFile(batch) as archive, archive.open("data.npy") as file:
        shape, fortran, dtype = _header(file)
        if shape != (rows, PIXELS) or dtype != np.uint8 or fortran:
            raise ValueError(f"its data are {dtype} {shape} instead of uint8 {(rows, PIXELS)}")
        while block := file.read(ROWS_AT_ONCE * PIXELS):
            yield np.frombuffer(block, dtype=np.uint8).reshape(-1, PIXELS)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    return read(file)


def _refused(batch: Path, error: Exception | str) -> str:
    return f"{batch} is not a batch of 32×32 ImageNet ({error}): get it anew and download again."
