"""What the five papers contain, as tables: which claims they make and how each is to be tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Claim:
    """statement: what a paper claims, in our words. test: what decides it, and in which direction."""

    statement: str
    test: str


@cache
def claims() -> Mapping[str, Mapping[str, Claim]]:
    """Paper → id, such as C1 → claim, in the order of the papers' inventories."""
    content = YAML(typ="safe").load(FOLDER / "claims.yaml")
    return {
        paper: {name: Claim(**entry) for name, entry in entries.items()} for paper, entries in content.items()
    }
