"""Arithmetic with values by seed; None, which stands for a seed that diverged, stays None."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from pipeline.measures.evidence import Runs


def entered(runs: Runs, failure: float | None) -> dict[int, float | None]:
    """The runs with `failure` in the place of those that diverged, or whose value is not finite."""
    return {seed: failure if missing(value) else value for seed, value in runs.items()}


def known(runs: Runs, failure: float | None = None) -> list[float]:
    """The values that there are, once `failure` stands for those that are missing."""
    return [value for value in entered(runs, failure).values() if value is not None]


def missing(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def whole_mean(runs: Runs) -> float | None:
    """The mean over all seeds; None where one of them has no value."""
    values = known(runs)
    return float(np.mean(values)) if values and len(values) == len(runs) else None


def mapped(runs: Runs, function: Callable[[float], float]) -> Runs:
    """A function of every value that there is."""
    return {seed: None if value is None else function(value) for seed, value in runs.items()}


def combined(first: Runs, second: Runs, function: Callable[[float, float], float]) -> Runs:
    """A function of two values of each seed that both hold; None where one of them has no value."""
    shared = {seed: (first[seed], second[seed]) for seed in first if seed in second}
    return {seed: None if a is None or b is None else function(a, b) for seed, (a, b) in shared.items()}


def subtracted(first: Runs, second: Runs) -> Runs:
    """first − second, for each seed that both hold; None where one of them has no value."""
    return combined(first, second, lambda a, b: a - b)


def rows(runs: Sequence[Runs]) -> dict[int, list[float | None]]:
    """Seed → its value in each of several experiments, for the seeds that all of them were run with."""
    return {seed: [one[seed] for one in runs] for seed in runs[0] if all(seed in one for one in runs)}


def averaged(runs: Sequence[Runs]) -> Runs:
    """Mean over experiments of each seed that all hold; None where one of them has no value."""
    values = {seed: known(dict(enumerate(row))) for seed, row in rows(runs).items()}
    return {seed: sum(row) / len(row) if len(row) == len(runs) else None for seed, row in values.items()}


def ranks(values: Sequence[float | None] | np.ndarray) -> np.ndarray:
    """Ranks (n,), ties shared, with mean 0 and length 1, so that a product is Spearman's correlation; 0 where
    all are tied."""
    from scipy.stats import rankdata

    centred = rankdata(np.array(values, dtype=float)) - (len(values) + 1) / 2
    length = float(np.linalg.norm(centred))
    return centred / length if length > 0 else centred
