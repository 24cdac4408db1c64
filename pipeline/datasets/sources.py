"""Raw files of sources: what was fetched, by hash, and whether it is still there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typing_extensions import TypedDict

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import read_json, sha256, writing
from pipeline.params.sources import Source


class Manifest(TypedDict):
    """What `download` left: the files by name, each with its sha256 and its bytes."""

    source: str
    kind: str
    verified: bool
    files: dict[str, dict[str, str | int]]


def download(name: str, source: Source, mirrors: Sequence[Path]) -> Manifest:
    """Fetch and verify a source's files into its raw folder; returns its manifest.

    Raises PipelineError when a file cannot be had or is not what it must be.
    """
    folder = paths.raw(name)
    with writing(paths.manifest(name)):
        folder.mkdir(parents=True, exist_ok=True)
    names = source.load()(source, folder, mirrors)
    return {
        "source": name,
        "kind": source.kind,
        "verified": getattr(source, "verify", True),
        "files": {file: _entry(folder / file) for file in names},
    }


def verified(name: str) -> Path:
    """A source's raw folder, after comparing every file with the manifest.

    Raises PipelineError when the source was not downloaded or a file has changed since.
    """
    for file, expected in manifest(name)["files"].items():
        path = paths.raw(name) / file
        if not path.is_file() or _entry(path) != expected:
            raise PipelineError(
                f"{path} is missing or differs from its manifest: run `python -m pipeline download {name}` "
                "again."
            )
    return paths.raw(name)


def manifest(name: str) -> Manifest:
    """What `download` left. Raises PipelineError when that is nothing, or the file is damaged."""
    found: Manifest = read_json(paths.manifest(name), f"`python -m pipeline download {name}`", Manifest)
    return found


def _entry(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}
