"""Streams whose examples cost nothing, and functions that worker processes find by name."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets import streaming
from pipeline.datasets.streaming import Piece, Stream, pieces_of

EXAMPLE = (3, 4, 4)


def made(stream: Stream, folder: Path, workers: int = 1) -> np.ndarray:
    """The whole of a stream as an array."""
    path = folder / "made" / "array.npy"
    streaming.write(path, stream, folder / "work", workers)
    return np.load(path, allow_pickle=False)


def expected(count: int) -> np.ndarray:
    """What every stream here makes of the numbers from 0 up to `count`."""
    return np.array([_image(number) for number in range(count)], dtype=np.uint8)


def stream(folder: Path, count: int = 20, rows: int = 3, *, name: str = "fill", key: str = "a") -> Stream:
    """Images of 0 … count − 1, in pieces; every number that is made is noted in `folder`."""
    fill = functools.partial(globals()[name], folder=folder)
    return Stream(pieces_of(range(count), rows), EXAMPLE, fill, streaming.fingerprint(key))


def noted(folder: Path) -> list[int]:
    """Numbers that were made since `folder` was empty."""
    return sorted(int(path.name.partition("-")[0]) for path in folder.iterdir())


def fill(numbers: Sequence[int], out: np.ndarray, *, folder: Path) -> None:
    for row, number in enumerate(numbers):
        out[row] = _image(number)
        (folder / f"{number}-{time.monotonic_ns()}").touch()


def fill_slowly(numbers: Sequence[int], out: np.ndarray, *, folder: Path) -> None:
    time.sleep(0.05)
    fill(numbers, out, folder=folder)


def fill_until_12(numbers: Sequence[int], out: np.ndarray, *, folder: Path) -> None:
    if 12 in numbers:
        out[0] = 99
        raise PipelineError("number 12 is bad: mend it.")
    fill(numbers, out, folder=folder)


def fill_until_killed(numbers: Sequence[int], out: np.ndarray, *, folder: Path) -> None:
    if 12 in numbers:
        os._exit(9)
    fill(numbers, out, folder=folder)


def uneven(folder: Path) -> Stream:
    """Pieces of 1, 7, 0 and 2 examples."""
    pieces = [Piece(1, range(1)), Piece(7, range(1, 8)), Piece(0, range(0)), Piece(2, range(8, 10))]
    return Stream(pieces, EXAMPLE, functools.partial(fill, folder=folder), "uneven")


def _image(number: int) -> np.ndarray:
    return (np.arange(48).reshape(EXAMPLE) * 5 + number * 7) % 256
