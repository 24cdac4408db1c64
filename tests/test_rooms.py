"""Who may import whom: a room's modules import from those below it, never from those above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import ROOT

# From the top down; rooms of one line know nothing of each other, but for what is said below.
FLOORS = (
    {"__main__", "stages"},
    {"graph", "estimation"},
    {"papers"},
    {"claims", "figures"},
    {"measures"},
    {"metrics", "studies"},
    {"gan"},
    {"networks", "datasets"},
    {"params"},
    {"base"},
)
# Claims show their findings in tables; feature networks are trained on prepared data.
ASIDE = {("claims", "figures"), ("networks", "datasets")}
PACKAGE = ROOT / "pipeline"
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES, MOST_ROOMS = 350, 16


def floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def imported(file: Path) -> Iterator[str]:
    """Every room that a file imports from, wherever it does."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("pipeline."))


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_nothing_is_imported_from_above(file: Path) -> None:
    here = room_of(file)
    if here == "__init__":
        assert set(imported(file)) == set()
        return
    for other in set(imported(file)) - {here}:
        assert floor(here) < floor(other) or (here, other) in ASIDE, f"{here} imports from {other}"


def test_a_file_and_the_house_can_be_seen_whole() -> None:
    assert {
        file.name: lines for file in FILES if (lines := len(file.read_text().splitlines())) > MOST_LINES
    } == {}
    rooms = {room_of(file) for file in FILES}
    assert len(rooms) <= MOST_ROOMS and rooms - {"__init__"} == set().union(*FLOORS)
