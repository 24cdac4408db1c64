"""The source of data that are drawn: it has no files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.params.sources import Synthetic


def fetch(config: Synthetic, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    return []
