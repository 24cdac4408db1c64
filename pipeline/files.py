"""Reading and writing files so that a file under its final name is always whole."""

from __future__ import annotations

import contextlib
import csv
import errno
import fcntl
import hashlib
import io
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

import numpy as np

from pipeline.errors import PipelineError


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """Open a binary file that appears at `path` only once it is whole: write beside, fsync, rename.

    Raises PipelineError when the disk is full; what stood at `path` before is kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with disk_full(path), open(beside, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


@contextlib.contextmanager
def disk_full(path: Path) -> Iterator[None]:
    """Turn a disk that fills up while `path` is being written into a PipelineError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PipelineError(
                f"The disk is full: {path} could not be written. Free some space and run the same "
                "command again; nothing that was complete is lost."
            ) from error
        raise


def move_into_place(source: Path, path: Path) -> None:
    """Give a file that is whole its final name; across file systems it is copied and removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "rb") as file:
        os.fsync(file.fileno())
        try:
            os.replace(source, path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            with atomic(path) as copy:
                shutil.copyfileobj(file, copy)
            source.unlink()


def write_bytes(path: Path, content: bytes) -> None:
    with atomic(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys; NaN and infinity are refused, since no JSON reader agrees on them."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        raise PipelineError(f"{path} is missing: run the stage that makes it first.") from None
    except json.JSONDecodeError as error:
        raise PipelineError(f"{path} is not valid JSON ({error}): delete it and run again.") from None


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows with the union of their keys as columns, in order of first appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def read_csv(path: Path) -> list[dict[str, str]]:
    try:
        with open(path, newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        raise PipelineError(f"{path} is missing: run the stage that makes it first.") from None


def write_npy(path: Path, array: np.ndarray) -> None:
    with atomic(path) as file:
        np.save(file, array, allow_pickle=False)


def write_npz(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write compressed arrays; equal arrays in equal order give equal bytes."""
    with atomic(path) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_npz(path: Path, command: str) -> dict[str, np.ndarray]:
    """All arrays of a file that `command` makes. Raises PipelineError when it is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except FileNotFoundError:
        raise PipelineError(f"{path} is missing: run `{command}` first.") from None
    except (ValueError, EOFError, BadZipFile, zlib.error) as error:
        raise PipelineError(f"{path} is damaged ({error}): delete it and run `{command}` again.") from None


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_partials(folder: Path) -> None:
    """Remove what a killed process left of the files it wrote there; only for who works there alone."""
    for left in folder.glob(".*.partial"):
        left.unlink(missing_ok=True)


@contextlib.contextmanager
def exclusive(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file `path` while working on `what`; the system frees it if the process dies.

    Raises PipelineError when another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PipelineError(
                f"Another process is already working on {what} in this folder: wait until it ends, "
                "or stop it, and run again."
            ) from None
        yield
