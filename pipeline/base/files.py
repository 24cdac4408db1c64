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
import re
import shutil
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import IO, Any

import numpy as np
from numpy.lib.npyio import NpzFile
from pydantic import TypeAdapter, ValidationError

from pipeline.base.errors import PipelineError
from pipeline.base.locks import take
from pipeline.base.system import refusal

MAKER = "the stage that makes it"
PARTIAL = re.compile(r"\.(?P<name>.+)\.(?:(?P<node>[^.]+)-)?(?P<pid>\d+)\.partial", re.DOTALL)
# What reading raises when the content of a file is not what it must be; an EOFError or a zip file's own
# errors among them; a UnicodeDecodeError is a ValueError.
UNREADABLE = (
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,
    tokenize.TokenError,
    UnpicklingError,
    csv.Error,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
# How torch and zipfile, which raise RuntimeError for nearly everything, speak of the content of a file.
TORCH_DAMAGE = re.compile(
    r"PytorchStreamReader|loading state_dict|corrupt|unexpected EOF|wrong byte size|is encrypted|Bad password"
)


class _Output(io.BufferedWriter):
    """A file being written, which remembers why it refused.

    torch and zipfile let an error of their own follow, which says nothing of the disk.
    """

    refused: OSError | None = None

    def write(self, content: Any) -> int:
        try:
            return super().write(content)
        except OSError as error:
            self.refused = error
            raise


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """Open a binary file that appears at `path` only once it is whole: write beside, fsync, rename.

    Raises PipelineError when the disk or the folder does not take it; what stood at `path` before is kept.
    """
    beside = path.with_name(f".{path.name}.{_mark()}.partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _Output(io.FileIO(beside, "wb")) as file:
                try:
                    yield file
                except Exception:
                    if file.refused is not None:
                        raise file.refused from None
                    raise
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the machine refuses while `path` is being written, such as room on the disk, into a
    PipelineError."""
    try:
        yield
    except (OSError, MemoryError, RuntimeError) as error:
        sentence = refusal(error, path)
        if sentence is None:
            raise
        raise PipelineError(sentence) from error


def move_into_place(source: Path, path: Path) -> None:
    """Give a file that is whole its final name; across file systems it is copied and removed."""
    with writing(path):
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


def read_json(path: Path, maker: str = MAKER, form: Any = None) -> Any:
    """What a JSON file holds. maker: what makes the file, as in 'run MAKER again'. form: a type that the
    content must have, a TypedDict perhaps; more names than it has are let pass.

    Raises PipelineError when the file is missing or damaged.
    """
    wanted = TypeAdapter(Any if form is None else form)
    with reading(path, maker):
        value = json.loads(path.read_bytes())
        try:
            wanted.validate_python(value, strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        return value


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows with the union of their keys as columns, in order of first appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def read_csv(path: Path, maker: str = MAKER, *, numbers: bool = False) -> list[dict[str, str]]:
    """The rows of a CSV file that has a header. numbers: whether every cell must be one, or empty.

    Raises PipelineError when the file is missing or damaged.
    """
    with reading(path, maker):
        text = path.read_bytes().decode()
        if not text.endswith("\n"):
            raise ValueError("its last line is not whole")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        for number, row in enumerate(rows, start=2):
            if None in row or None in row.values():
                raise ValueError(f"line {number} has not as many cells as the header")
            if numbers:
                _ = [float(cell) for cell in row.values() if cell]
        return rows


def read_columns(path: Path, maker: str = MAKER) -> dict[str, np.ndarray]:
    """The columns of a CSV file of numbers, float64, NaN in the place of empty cells.

    Raises PipelineError when the file is missing or damaged.
    """
    rows = read_csv(path, maker, numbers=True)
    names = rows[0] if rows else {}
    return {name: np.array([float(row[name]) if row[name] else np.nan for row in rows]) for name in names}


def write_npy(path: Path, array: np.ndarray) -> None:
    with atomic(path) as file:
        np.save(file, array, allow_pickle=False)


def write_npz(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write compressed arrays; equal arrays in equal order give equal bytes."""
    with atomic(path) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_npy(path: Path, maker: str = MAKER, *, mapped: bool = False) -> np.ndarray:
    """An array, memory-mapped if asked for. Raises PipelineError when the file is missing or damaged."""
    with reading(path, maker):
        array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
        if not isinstance(array, np.ndarray):
            raise ValueError("it is no single array")
        return array


def read_npz(path: Path, maker: str = MAKER) -> dict[str, np.ndarray]:
    """All arrays of a file. Raises PipelineError when it is missing or damaged."""
    with reading(path, maker), opened_npz(path) as file:
        return dict(file)


def opened_npz(path: Path) -> NpzFile:
    """The arrays of a file, each read when it is asked for; to be used within `reading`."""
    file = np.load(path, allow_pickle=False)
    if not isinstance(file, NpzFile):
        raise ValueError("it holds no named arrays")
    return file


@contextlib.contextmanager
def reading(path: Path, maker: str = MAKER) -> Iterator[None]:
    """Turn what reading the file `path` raises into a PipelineError: it is missing, or damaged and to be made
    again by `maker`, or the machine refuses to read it, which is no reason to delete it."""
    try:
        yield
    except FileNotFoundError:
        raise PipelineError(f"{path} is missing: run {maker} first.") from None
    except (*UNREADABLE, OSError, MemoryError, RuntimeError) as error:
        if sentence := refusal(error, path):
            raise PipelineError(sentence) from error
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        if not of_content(error):
            raise PipelineError(
                f"{path} could not be read, though it may well be whole ({reason}): run the same command "
                "again."
            ) from error
        raise PipelineError(
            f"{path} is truncated or damaged: delete it and run {maker} again ({reason})."
        ) from None


def of_content(error: Exception) -> bool:
    """Whether an error is about what a file holds, rather than about reading it."""
    if isinstance(error, UNREADABLE):
        return True
    if isinstance(error, OSError):
        return error.errno in (None, errno.EINVAL)
    return isinstance(error, RecursionError | NotImplementedError) or bool(TORCH_DAMAGE.search(str(error)))


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_partials(outputs: Iterable[Path]) -> None:
    """Remove what killed processes left beside `outputs`, which the caller alone is about to write.

    In the outputs' folders that is every unfinished file of a process of this machine that has ended, and
    every one of the outputs themselves, whoever began it; what another process is writing there stays.
    """
    names: dict[Path, set[str]] = {}
    for output in outputs:
        names.setdefault(output.parent, set()).add(output.name)
    for folder, own in names.items():
        for left in folder.glob(".*.partial"):
            parts = PARTIAL.fullmatch(left.name)
            if parts and (parts["name"] in own or _has_ended(parts["node"] or _node(), int(parts["pid"]))):
                left.unlink(missing_ok=True)


def _mark() -> str:
    """Which process a partial file is of; machines that share a disk may have equal process numbers."""
    return f"{_node()}-{os.getpid()}"


def _node() -> str:
    return os.uname().nodename.partition(".")[0]


def _has_ended(node: str, pid: int) -> bool:
    if node != _node():
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass
    return False


@contextlib.contextmanager
def exclusive(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file `path` while working on `what`; the system frees it if the process dies.

    Raises PipelineError when another process holds it.
    """
    with writing(path):
        file = take(path, fcntl.LOCK_EX, f"Another process is already working on {what} in this folder")
    with file:
        yield
