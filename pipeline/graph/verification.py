"""How results that were made anew agree with those that are committed, file by file."""

from __future__ import annotations

import csv
import io
import json
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePosixPath
from typing import Any

TOLERANCE = 1e-6
DEVIATIONS = 3.0
PICTURES = {".png", ".svg"}


class Agreement(IntEnum):
    """From the best to the worst; a file has the worst of its parts."""

    EQUAL = 0
    TOLERANCE = 1
    SPREAD = 2
    PICTURE = 3
    DIFFERS = 4
    OUTSIDE = 5
    EXTRA = 6
    MISSING = 7


MEANING = {
    Agreement.EQUAL: "equal to the bit",
    Agreement.TOLERANCE: f"numbers equal within {TOLERANCE:g}, relative",
    Agreement.SPREAD: f"means over seeds within {DEVIATIONS:g} deviations",
    Agreement.PICTURE: "a picture that differs, drawn from numbers equal within the tolerance",
    Agreement.DIFFERS: "differs: no spread of seeds to judge it by",
    Agreement.OUTSIDE: "a mean over seeds outside the spread",
    Agreement.EXTRA: "not committed",
    Agreement.MISSING: "committed, but not made",
}


@dataclass(frozen=True)
class Compared:
    """worst: largest relative difference of two numbers in the file, 0 where there is none."""

    path: str
    agreement: Agreement
    worst: float = 0.0


@dataclass(frozen=True)
class Flip:
    """A claim's verdict that is another now; None where there is none."""

    claim: str
    committed: str | None
    now: str | None


def compare(committed: Mapping[str, bytes], now: Mapping[str, bytes]) -> list[Compared]:
    """Every file of either side, by name."""
    found = {}
    for path in sorted({*committed, *now}):
        if path not in now:
            found[path] = Compared(path, Agreement.MISSING)
        elif path not in committed:
            found[path] = Compared(path, Agreement.EXTRA)
        else:
            found[path] = _file(path, committed[path], now[path])
    return [_picture(one, found) for one in found.values()]


def flips(committed: bytes | None, now: bytes | None) -> list[Flip]:
    """Claims whose verdict is another, from both sides' claims.json."""
    before, after = _verdicts(committed), _verdicts(now)
    if not before or not after:
        return []
    return [
        Flip(claim, before.get(claim), after.get(claim))
        for claim in sorted({*before, *after})
        if before.get(claim) != after.get(claim)
    ]


def _verdicts(text: bytes | None) -> dict[str, str]:
    papers = json.loads(text) if text else {}
    return {f"{paper}/{name}": one["verdict"] for paper, all_ in papers.items() for name, one in all_.items()}


def _file(path: str, old: bytes, new: bytes) -> Compared:
    if old == new:
        return Compared(path, Agreement.EQUAL)
    suffix = PurePosixPath(path).suffix
    try:
        if suffix == ".json":
            parts = list(_values(json.loads(old), json.loads(new)))
        elif suffix == ".csv":
            parts = list(_tables(_rows(old), _rows(new)))
        else:
            return Compared(path, Agreement.DIFFERS)
    except ValueError:
        return Compared(path, Agreement.DIFFERS)
    # Bytes that differ without a value that does are another way of writing the same
    agreement = max((one for one, _ in parts), default=Agreement.EQUAL)
    return Compared(path, max(agreement, Agreement.TOLERANCE), max((gap for _, gap in parts), default=0.0))


def _picture(one: Compared, found: Mapping[str, Compared]) -> Compared:
    """A picture or page that differs is excused where the CSV beside it agrees."""
    path = PurePosixPath(one.path)
    drawn = found.get(str(path.with_suffix(".csv")))
    if one.agreement is not Agreement.DIFFERS or path.suffix not in PICTURES or drawn is None:
        return one
    excused = drawn.agreement <= Agreement.TOLERANCE
    return Compared(one.path, Agreement.PICTURE) if excused else one


Part = tuple[Agreement, float]


def _values(old: Any, new: Any) -> Iterator[Part]:
    """Two values of JSON, leaf by leaf; what has a mean and a deviation over seeds is one leaf."""
    if isinstance(old, dict) and isinstance(new, dict):
        if old.keys() != new.keys():
            yield Agreement.DIFFERS, 0.0
        if {"mean", "std"} <= old.keys() & new.keys():
            yield _means(old["mean"], new["mean"], old["std"], new["std"])
            return
        for key in old.keys() & new.keys():
            if f"{key}_std" in old or f"{key}_std" in new:
                yield _means(old[key], new[key], old.get(f"{key}_std"), new.get(f"{key}_std"))
            elif not (key.endswith("_std") and key.removesuffix("_std") in old):
                yield from _values(old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            yield from _values(one, other)
    else:
        yield _numbers(old, new)


def _numbers(old: Any, new: Any) -> Part:
    if type(old) is type(new) and old == new:
        return Agreement.EQUAL, 0.0
    if not (_is_number(old) and _is_number(new)):
        return Agreement.DIFFERS, 0.0
    gap = relative(old, new)
    return (Agreement.TOLERANCE if gap <= TOLERANCE else Agreement.DIFFERS), gap


def _means(old: Any, new: Any, *deviations: Any) -> Part:
    """Two means over seeds, by the larger of their deviations."""
    agreement, gap = _numbers(old, new)
    if agreement is not Agreement.DIFFERS or not (_is_number(old) and _is_number(new)):
        return agreement, gap
    spread = max((one for one in deviations if _is_number(one)), default=0.0)
    return (Agreement.SPREAD if abs(old - new) <= DEVIATIONS * spread else Agreement.OUTSIDE), gap


def _tables(old: Sequence[Mapping[str, str]], new: Sequence[Mapping[str, str]]) -> Iterator[Part]:
    """Two tables, cell by cell; those of runs by their means over seeds at each step where cells differ.

    Such means are many, so one that lies outside counts as different and not as outside.
    """
    if len(old) != len(new) or (old and old[0].keys() != new[0].keys()):
        yield Agreement.DIFFERS, 0.0
        return
    runs = bool(old) and {"seed", "step"} <= old[0].keys()
    for one, other in zip(old, new, strict=True):
        for column in one:
            agreement, gap = _cells(one[column], other[column])
            if agreement is not Agreement.DIFFERS or not runs or column in ("seed", "step"):
                yield agreement, gap
                continue
            before, after = (
                [row[column] for row in rows if row["step"] == one["step"]] for rows in (old, new)
            )
            try:
                judged, _ = _means(*_moments(before, after))
            except ValueError:
                judged = Agreement.DIFFERS
            yield min(judged, Agreement.DIFFERS), gap


def _moments(before: Sequence[str], after: Sequence[str]) -> tuple[float, float, float, float]:
    """Both means and both deviations. Raises ValueError for what is no number, or a single seed."""
    sides = [[float(cell) for cell in side] for side in (before, after)]
    if min(map(len, sides)) < 2 or not all(map(math.isfinite, [*sides[0], *sides[1]])):
        raise ValueError("no spread")
    means, deviations = map(statistics.fmean, sides), map(statistics.stdev, sides)
    return (*means, *deviations)  # type: ignore[return-value]


def _cells(old: str, new: str) -> Part:
    if old == new:
        return Agreement.EQUAL, 0.0
    try:
        return _numbers(float(old), float(new))
    except ValueError:
        return Agreement.DIFFERS, 0.0


def _rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def relative(old: float, new: float) -> float:
    """The difference of two numbers over the larger of them."""
    return abs(old - new) / max(abs(old), abs(new)) if old != new else 0.0
