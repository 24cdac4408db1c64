"""What the five papers contain, as tables: results and claims, and how each claim is to be tested."""

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


@dataclass(frozen=True)
class Result:
    """shown: a figure, table or number, in our words. data, protocol: as the paper has them. reported: what
    is printed. ours: whether the project adds it, and no paper has it."""

    shown: str
    data: str
    protocol: str
    reported: str
    ours: bool = False


@cache
def claims() -> Mapping[str, Mapping[str, Claim]]:
    """Paper → id, such as C1 → claim, in the order of the papers' inventories."""
    content = YAML(typ="safe").load(FOLDER / "claims.yaml")
    return {
        paper: {name: Claim(**entry) for name, entry in entries.items()} for paper, entries in content.items()
    }


@cache
def results() -> Mapping[str, Mapping[str, Result]]:
    """Paper → id, such as table1 → result, in the order of the papers' inventories."""
    content = YAML(typ="safe").load(FOLDER / "results.yaml")
    return {
        paper: {name: Result(**entry) for name, entry in entries.items()}
        for paper, entries in content.items()
    }
