"""Arrays too large for memory: made in pieces by all cores, straight into a .npy file on disk.

An interrupted run is continued after the last finished piece. A journal beside the array says which
pieces those are, and by its first line which data they belong to.
"""

from __future__ import annotations

import gc
import hashlib
import json
import math
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.files import move_into_place, writing
from pipeline.base.progress import track

WORKERS_AT_MOST = 16
PIECES_AHEAD = 2
ORPHAN_POLL_SECONDS = 0.2


class Piece(NamedTuple):
    """`rows` consecutive examples and what they are made from, which must be small: it is pickled."""

    rows: int
    origin: Any


@dataclass(frozen=True)
class Stream:
    """uint8 examples of one shape that are yet to be made, in order.

    fill(origin, out) writes one piece into `out`, (rows, *example); it is a function of a module, or a
    `functools.partial` of one, since worker processes call it. It raises PipelineError for bad input.
    fingerprint: of all that the examples depend on; work of another stream is not continued.
    """

    pieces: Sequence[Piece]
    example: tuple[int, ...]
    fill: Callable[[Any, np.ndarray], None]
    fingerprint: str
    dtype: ClassVar[np.dtype] = np.dtype(np.uint8)

    def __len__(self) -> int:
        return sum(piece.rows for piece in self.pieces)

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self), *self.example)

    @property
    def identity(self) -> str:
        """Hash of the fingerprint and of how the array is divided."""
        rows = [piece.rows for piece in self.pieces]
        return fingerprint([self.fingerprint, list(self.example), rows])


def pieces_of(items: Sequence[Any], rows: int = 512) -> list[Piece]:
    """Pieces of up to `rows` examples each, made from as many items."""
    starts = range(0, len(items), rows)
    return [Piece(len(part), part) for part in (items[start : start + rows] for start in starts)]


def fingerprint(config: Any, listing: Iterable[str] = ()) -> str:
    """sha256 of a configuration that JSON can hold and the names and sizes of raw files."""
    digest = hashlib.sha256(json.dumps(config, sort_keys=True).encode())
    for line in listing:
        digest.update(b"\n" + line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def write(path: Path, stream: Stream, work: Path, workers: int | None = None) -> None:
    """Make all of `stream` as the .npy file `path`, in the folder `work` until it is whole.

    Memory: a worker holds what `fill` holds and the pages of one piece. The bytes do not depend on the
    number of workers or on interruptions.
    Raises PipelineError when an example cannot be made, a worker dies, or the disk is full or closed.
    """
    target = work / "array.npy"
    journal = _Journal(work / "journal", stream.identity)
    with writing(path):
        if not (target.exists() and journal.begun()):
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            _allocate(target, stream)
            journal.begin()
        done = journal.resume()
        todo = [number for number in range(len(stream.pieces)) if number not in done]
        for number in track(
            _finished(stream, target, todo, workers or _cores()),
            f"{path} (pieces)",
            total=len(stream.pieces),
            initial=len(done),
        ):
            journal.add(number)
        move_into_place(target, path)
        shutil.rmtree(work)


class _Journal:
    """A text file: the identity of a stream, then the number of every finished piece, one a line."""

    def __init__(self, path: Path, identity: str) -> None:
        self.path = path
        self.identity = identity

    def begun(self) -> bool:
        """Whether the journal is there and of this stream."""
        return self.path.exists() and self.path.read_text().partition("\n")[0] == self.identity

    def begin(self) -> None:
        self._append(self.identity)

    def add(self, number: int) -> None:
        self._append(str(number))

    def resume(self) -> set[int]:
        """The pieces that are safe on disk. A last line that is not whole is taken away."""
        whole = self.path.read_text().rpartition("\n")[0]
        os.truncate(self.path, len(whole) + 1)
        return {int(line) for line in whole.split("\n")[1:]}

    def _append(self, line: str) -> None:
        with open(self.path, "a") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())


def _allocate(target: Path, stream: Stream) -> None:
    """An array of zeros whose space on disk is taken now: a full disk later would kill a worker."""
    np.lib.format.open_memmap(target, mode="w+", dtype=stream.dtype, shape=stream.shape)
    if hasattr(os, "posix_fallocate"):
        with open(target, "r+b") as file:
            os.posix_fallocate(file.fileno(), 0, target.stat().st_size)


def _finished(stream: Stream, target: Path, numbers: Sequence[int], workers: int) -> Iterator[int]:
    """Make the pieces of these numbers; yields each number when its piece is safe on disk."""
    places = _places(stream, target)
    waiting: dict[Future[None], int] = {}
    left = iter(numbers)
    with ProcessPoolExecutor(min(workers, len(numbers)) or 1, initializer=_tie_to_parent) as pool:

        def submit(count: int) -> None:
            for number in islice(left, count):
                future = pool.submit(_fill, stream.fill, stream.pieces[number].origin, places[number])
                waiting[future] = number

        try:
            submit(PIECES_AHEAD * workers)
            while waiting:
                ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    future.result()
                    yield waiting.pop(future)
                submit(len(ready))
        except BrokenProcessPool:
            raise PipelineError(
                f"A process that was making {target.parent.name} was killed, perhaps for want of memory: "
                "run the same command again; it goes on where it stopped."
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _places(stream: Stream, target: Path) -> list[dict[str, Any]]:
    """Where the pieces lie: what `numpy.memmap` needs to map each and nothing else."""
    whole = np.lib.format.open_memmap(target, mode="r")
    row = stream.dtype.itemsize * math.prod(stream.example)
    starts = accumulate((piece.rows for piece in stream.pieces), initial=0)
    return [
        {
            "filename": target,
            "dtype": stream.dtype,
            "offset": whole.offset + row * start,
            "shape": (piece.rows, *stream.example),
        }
        for start, piece in zip(starts, stream.pieces, strict=False)
    ]


def _fill(fill: Callable[[Any, np.ndarray], None], origin: Any, place: dict[str, Any]) -> None:
    """In a worker: make one piece in its place in the array, and see it onto the disk."""
    piece = np.memmap(mode="r+", **place)
    fill(origin, piece)
    piece.flush()


def _tie_to_parent() -> None:
    """In a new worker: leave Ctrl-C to the parent, and end when the parent does.

    Left alone, the workers of a killed parent would wait for ever, and hold its lock with it. A forked
    worker shares the parent's objects; freezing them keeps garbage collection from copying them.
    """
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(ORPHAN_POLL_SECONDS)
    os._exit(1)


def _cores() -> int:
    """Cores that this process may use, but not so many that the workers alone fill the memory."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, WORKERS_AT_MOST)
