"""Reading files inside tar archives, without unpacking anything to disk."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from pipeline.errors import PipelineError


class Member(NamedTuple):
    """A file in an archive: its name without folders, its size in bytes, its content."""

    name: str
    size: int
    content: IO[bytes]


@contextmanager
def opened(path: Path, names: Collection[str]) -> Iterator[Iterator[Member]]:
    """The files of these names, in the archive's order; each is to be read before the next one.

    Raises PipelineError when the archive is damaged or lacks one of them.
    """
    try:
        with tarfile.open(path) as archive:
            yield _members(path, archive, names)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise PipelineError(f"{path} is damaged ({error}): delete it and download it again.") from None


def _members(path: Path, archive: tarfile.TarFile, names: Collection[str]) -> Iterator[Member]:
    missing = set(names)
    for entry in archive:
        name = PurePosixPath(entry.name).name
        content = archive.extractfile(entry) if entry.isfile() and name in missing else None
        if content:
            missing.remove(name)
            yield Member(name, entry.size, content)
        if not missing:
            return
    raise PipelineError(f"{path} has no {min(missing)}: put the original archive in its place.")
