"""Reading files inside tar archives, without unpacking anything to disk."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from pipeline.base.errors import PipelineError


class Member(NamedTuple):
    """A file in an archive: its name without folders, its size in bytes, its content."""

    name: str
    size: int
    content: IO[bytes]


@contextmanager
def opened(path: Path, sizes: Mapping[str, int]) -> Iterator[Iterator[Member]]:
    """The files of these names, in the archive's order; each is to be read before the next one.

    sizes: name → the most bytes that the file may have, since an archive can unpack to any size.
    Raises PipelineError when the archive is damaged, or lacks one of the files, or one is larger.
    """
    try:
        with tarfile.open(path) as archive:
            yield _members(path, archive, sizes)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise PipelineError(f"{path} is damaged ({error}): delete it and download it again.") from None


def _members(path: Path, archive: tarfile.TarFile, sizes: Mapping[str, int]) -> Iterator[Member]:
    missing = set(sizes)
    for entry in archive:
        name = PurePosixPath(entry.name).name
        content = archive.extractfile(entry) if entry.isfile() and name in missing else None
        if content:
            missing.remove(name)
            if entry.size > sizes[name]:
                raise PipelineError(
                    f"{name} in {path} unpacks to {entry.size:,} bytes, more than the {sizes[name]:,} that "
                    "it has: put the original archive in its place."
                )
            yield Member(name, entry.size, content)
        if not missing:
            return
    raise PipelineError(f"{path} has no {min(missing)}: put the original archive in its place.")
