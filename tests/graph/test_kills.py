"""Both engines killed at random moments: the short form of tests/kills.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from kills import campaign

pytestmark = pytest.mark.smoke

COUNT = 6


def test_killed_engines_end_in_the_same_bits(by_snakemake: Path, tmp_path: Path) -> None:
    told: list[str] = []
    assert campaign(by_snakemake, tmp_path / "suite", COUNT, seed=1, say=told.append) == COUNT, "\n".join(
        told
    )
