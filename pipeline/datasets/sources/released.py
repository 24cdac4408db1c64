"""Sources whose files are published one by one, each with its hash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.datasets.fetch import fetch_all
from pipeline.params.datasets.common import Files
from pipeline.params.datasets.synthetic import Source as Synthetic


def fetch(config: Files, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """All files. Archives stay as they come: `prepare` reads their members, and nothing is unpacked."""
    return fetch_all(config.files(), folder, mirrors, config.verify)


def nothing(config: Synthetic, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """The files of data that are drawn."""
    return []
