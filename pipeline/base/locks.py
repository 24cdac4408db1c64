"""Locks on files, which the kernel frees when the process that holds them dies."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from pipeline.base.errors import PipelineError
from pipeline.base.system import refusal

# As long as DVC waits for its own lock. What a killed process left at work notices within this time.
PATIENCE_SECONDS = 3.0
POLL_SECONDS = 0.05


def take(path: Path, mode: int, taken: str, patience: float | None = None) -> IO[str]:
    """The file at `path`, made if need be and locked with fcntl's `LOCK_EX` or `LOCK_SH` until it is closed.

    Raises PipelineError with `taken` when others hold it for longer than `patience` seconds, and where the
    folder cannot be written.
    """
    ends = time.monotonic() + (PATIENCE_SECONDS if patience is None else patience)
    while True:
        file = _opened(path)
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
            if _stands_at(path, file):
                return file
        except BlockingIOError:
            if time.monotonic() > ends:
                file.close()
                raise PipelineError(f"{taken}: wait until it ends, or stop it, and run again.") from None
            time.sleep(POLL_SECONDS)
        file.close()


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+")
    except OSError as error:
        if (sentence := refusal(error, path)) is None:
            raise
        raise PipelineError(sentence) from None


def _stands_at(path: Path, file: IO[str]) -> bool:
    """Whether no one took the file away between opening and locking it: the next would lock another."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
