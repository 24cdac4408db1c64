"""Fetching a file whose content is known by its hash: from a mirror folder, or else from the network."""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import atomic
from pipeline.base.progress import track
from pipeline.datasets.transfer import TransferError, transfer
from pipeline.params.datasets.common import Files, Remote
from pipeline.params.datasets.synthetic import Source as Synthetic

MIRROR_VARIABLE = "TEMPERA_MIRROR"
GZIP_MAGIC = b"\x1f\x8b"
BLOCK = 1 << 20


class Corrupt(Exception):
    """The content of a file is not what it must be; the message says how, without a full stop."""


def mirrors(configured: str | None) -> list[Path]:
    """The mirror folders to try, the environment's before the one in params.yaml."""
    named = [os.environ.get(MIRROR_VARIABLE), configured]
    return [Path(name).expanduser() for name in named if name]


def released(config: Files, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """All files. Archives stay as they come: `prepare` reads their members, and nothing is unpacked."""
    return fetch_all(config.files(), folder, mirrors, config.verify)


def nothing(config: Synthetic, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """The files of data that are drawn."""
    return []


def fetch_all(files: Sequence[Remote], folder: Path, folders: Sequence[Path], verify: bool) -> list[str]:
    """`fetch` every file; returns their names. Unverified files come from the mirror folders alone."""
    for file in files:
        fetch(file if verify else replace(file, urls=(), digest=None), folder, folders)
    return [file.name for file in files]


def fetch(file: Remote, folder: Path, folders: Sequence[Path]) -> None:
    """Put `file` into `folder`, verified: as it stands there, from a mirror folder, or from its URLs.

    Mirror folders are searched with and without a subfolder named like `folder`. A corrupt file is
    reported in one sentence and the next place is tried.
    Raises PipelineError when no place has a good one.
    """
    target = folder / file.name
    problems: list[str] = []
    if target.exists():
        try:
            return verify(target, file)
        except Corrupt as problem:
            _report(f"{problem}; fetching it again", problems)
    for place in _mirrored(file, folder.name, folders, problems):
        try:
            return _install(place, target, file)
        except (Corrupt, OSError) as problem:
            _report(_sentence(problem), problems)
    for url in file.urls:
        try:
            return _from_network(url, target, file)
        except (Corrupt, TransferError) as problem:
            _report(str(problem), problems)
    raise PipelineError(_not_had(file, folder, problems))


def verify(path: Path, file: Remote) -> None:
    """Raises Corrupt when the content at `path` is not that of `file`."""
    with open(path, "rb") as content:
        found = hashlib.file_digest(content, file.algorithm).hexdigest()
    _compare(path, found, file)


def _not_had(file: Remote, folder: Path, problems: list[str]) -> str:
    reasons = f" ({'; '.join(problems)})" if problems else ""
    place = f"into {folder} or a folder" if file.by_hand else "into a folder"
    return (
        f"{file.name} could not be had{reasons}: {file.by_hand or 'connect to the network'}, "
        f"{'and' if file.by_hand else 'or'} put the file {place} "
        f"and name that folder as `mirror` in params.yaml or in the variable {MIRROR_VARIABLE}."
    )


def _mirrored(file: Remote, source: str, folders: Sequence[Path], problems: list[str]) -> Iterator[Path]:
    for folder in folders:
        if not folder.is_dir():
            _report(f"the mirror {folder} is no folder", problems)
        for place in (folder / source, folder):
            yield from (place / name for name in file.names if (place / name).is_file())


def _from_network(url: str, target: Path, file: Remote) -> None:
    """Each URL has a partial file of its own, since two servers may compress differently."""
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    partial = paths.WORK / "download" / target.parent.name / f"{target.name}.{mark}.partial"
    resumed = partial.exists()
    transfer(url, partial)
    try:
        _install(partial, target, file, name=url)
    except Corrupt:
        partial.unlink()
        if not resumed:
            raise
        _from_network(url, target, file)  # the two parts may have been of different versions
    else:
        partial.unlink()


def _install(found: Path, target: Path, file: Remote, name: str | None = None) -> None:
    """Copy the content of `found`, decompressed, to `target`. Raises Corrupt and leaves nothing there."""
    digest = hashlib.new(file.algorithm)
    with _opened(found, file) as content, atomic(target) as copy:
        try:
            for block in track(_blocks(content), f"{target} (MiB)"):
                digest.update(block)
                copy.write(block)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Corrupt(f"{name or found} is corrupt: it cannot be decompressed ({error})") from None
        _compare(name or found, digest.hexdigest(), file)


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    while block := content.read(BLOCK):
        yield block


def _opened(path: Path, file: Remote) -> IO[bytes]:
    with open(path, "rb") as content:
        compressed = content.read(len(GZIP_MAGIC)) == GZIP_MAGIC and not file.archive
    return gzip.open(path) if compressed else open(path, "rb")  # type: ignore[return-value]


def _compare(place: Path | str, found: str, file: Remote) -> None:
    if file.digest is not None and found != file.digest:
        raise Corrupt(f"{place} is corrupt: its {file.algorithm} is {found}, expected {file.digest}")


def _report(problem: str, problems: list[str]) -> None:
    problems.append(problem)
    print(f"{problem}.", file=sys.stderr)


def _sentence(problem: Exception) -> str:
    if isinstance(problem, OSError):
        return f"{problem.filename} cannot be read ({problem.strerror})"
    return str(problem)
