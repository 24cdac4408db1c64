"""What a test does with seeds that have no value, and how it tells of them."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.claims.finding import format_number
from pipeline.measures.evidence import Runs
from pipeline.measures.runs import entered, missing


def pairs(favoured: Runs, other: Runs, failure: float | None = None) -> dict[int, tuple[float, float]]:
    """Seed → both values, for the seeds that have both."""
    first, second = entered(favoured, failure), entered(other, failure)
    found = {seed: (first[seed], second[seed]) for seed in sorted(first) if seed in second}
    return {seed: (a, b) for seed, (a, b) in found.items() if a is not None and b is not None}


def losses(favoured: Runs, other: Runs, failure: float | None) -> list[str]:
    """One sentence for each side that has diverged runs, and how they enter."""
    return [
        f"{_lost(runs)} of {len(runs)} runs of the {side} side diverged, {entering(failure)}"
        for side, runs in (("first", favoured), ("second", other))
        if _lost(runs)
    ]


def entering(failure: float | None) -> str:
    """What becomes of diverged runs, in words."""
    return "which no mean can hold" if failure is None else f"and enter as {format_number(failure)}"


def losing_sides(favoured: Runs, other: Runs, failure: float | None) -> set[str]:
    """The sides that lost runs which cannot enter: 'first', 'second'."""
    sides = {"first": favoured, "second": other}
    return {side for side, runs in sides.items() if failure is None and _lost(runs)}


def each(runs: Runs) -> str:
    """Every seed's value, a dash for one that diverged."""
    return ", ".join(format_number(value) for value in runs.values())


def listed(values: Iterable[float]) -> str:
    return ", ".join(format_number(float(value)) for value in values)


def _lost(runs: Runs) -> int:
    return sum(map(missing, runs.values()))
