"""Values by seed, and what a test does with those that are missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pipeline.claims.finding import figure
from pipeline.measures.evidence import Runs


def entered(runs: Runs, failure: float | None) -> dict[int, float | None]:
    """The runs with `failure` in the place of those that diverged, or whose value is not finite."""
    return {seed: failure if _missing(value) else value for seed, value in runs.items()}


def known(runs: Runs, failure: float | None = None) -> list[float]:
    """The values that can enter."""
    return [value for value in entered(runs, failure).values() if value is not None]


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
    return "which no mean can hold" if failure is None else f"and enter as {figure(failure)}"


def losing_sides(favoured: Runs, other: Runs, failure: float | None) -> set[str]:
    """The sides that lost runs which cannot enter: 'first', 'second'."""
    sides = {"first": favoured, "second": other}
    return {side for side, runs in sides.items() if failure is None and _lost(runs)}


def subtracted(first: Runs, second: Runs) -> dict[int, float | None]:
    """first − second, for each seed that both hold; None where one of them has no value."""
    shared = {seed: (first[seed], second[seed]) for seed in first if seed in second}
    return {seed: None if a is None or b is None else a - b for seed, (a, b) in shared.items()}


def rows(runs: Sequence[Runs]) -> dict[int, list[float | None]]:
    """Seed → its value in each of several experiments, for the seeds that all of them were run with."""
    return {seed: [one[seed] for one in runs] for seed in runs[0] if all(seed in one for one in runs)}


def averaged(runs: Sequence[Runs]) -> dict[int, float | None]:
    """Mean over experiments of each seed that all hold; None where one of them has no value."""
    values = {seed: known(dict(enumerate(row))) for seed, row in rows(runs).items()}
    return {seed: sum(row) / len(row) if len(row) == len(runs) else None for seed, row in values.items()}


def each(runs: Runs) -> str:
    """Every seed's value, a dash for one that diverged."""
    return ", ".join(figure(value) for value in runs.values())


def listed(values: Iterable[float]) -> str:
    return ", ".join(figure(float(value)) for value in values)


def _lost(runs: Runs) -> int:
    return sum(map(_missing, runs.values()))


def _missing(value: float | None) -> bool:
    return value is None or not math.isfinite(value)
