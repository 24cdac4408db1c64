"""Metrics of all seeds and snapshots, and what they come to over seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.params.metrics import Better


@dataclass(frozen=True)
class Scores:
    """better: metric → direction. values: seed → step → metric → value, with None for what could not be
    computed. diverged: seed → step at which it diverged, or None. steps: the evaluated snapshots."""

    better: Mapping[str, Better]
    values: Mapping[int, Mapping[int, Mapping[str, float | None]]]
    diverged: Mapping[int, int | None]
    steps: list[int]

    def at(self, name: str, seed: int, step: int | None) -> float | None:
        """One metric of one snapshot; None where there is none."""
        if step is None:
            return None
        return self.values[seed].get(step, {}).get(name)

    def rows(self) -> list[dict[str, Any]]:
        """A row for every seed and step, its metrics empty where the seed had diverged."""
        return [
            {"seed": seed, "step": step, **{name: self._cell(name, seed, step) for name in self.better}}
            for seed in self.values
            for step in self.steps
        ]

    def final_steps(self) -> dict[int, int | None]:
        """The last snapshot of each seed that did not diverge."""
        return {seed: self.steps[-1] if self._trained(seed) else None for seed in self.values}

    def best_steps(self, headline: str) -> dict[int, int | None]:
        """The snapshot at which the headline metric is best, for each seed that did not diverge.

        It is the last one where neither direction is better, and the earliest of equals.
        """
        better = self.better[headline]
        if better == "neither":
            return self.final_steps()
        sign = 1 if better == "lower" else -1
        best: dict[int, int | None] = {}
        for seed in self.values:
            known = {step: self.at(headline, seed, step) for step in self.steps if self._trained(seed)}
            ranked = [(sign * value, step) for step, value in known.items() if value is not None]
            best[seed] = min(ranked)[1] if ranked else None
        return best

    def summary(self, headline: str) -> dict[str, Any]:
        """For each metric its direction, and its statistics over seeds at the final and the best snapshot."""
        final, best = self.final_steps(), self.best_steps(headline)
        return {
            name: {
                "better": better,
                "final": self._statistic(name, final),
                "best": self._statistic(name, best) | {"steps": _by_seed(best)},
            }
            for name, better in self.better.items()
        }

    def _trained(self, seed: int) -> bool:
        return self.diverged[seed] is None

    def _cell(self, name: str, seed: int, step: int) -> float | str:
        found = self.at(name, seed, step)
        return "" if found is None else found

    def _statistic(self, name: str, steps: Mapping[int, int | None]) -> dict[str, Any]:
        values = {seed: self.at(name, seed, step) for seed, step in steps.items()}
        return statistic(values, self.better[name])


def statistic(values: Mapping[int, float | None], better: Better) -> dict[str, Any]:
    """Mean, sample deviation (None for one seed), best and worst (None without a direction) of the seeds
    that have a value, and every seed's value."""
    known = np.array([value for value in values.values() if value is not None])
    ends: tuple[float | None, float | None] = (None, None)
    if len(known) and better != "neither":
        ends = (float(known.min()), float(known.max()))
    best, worst = ends if better == "lower" else ends[::-1]
    with np.errstate(over="ignore"):
        mean = finite(known.mean()) if len(known) else None
        std = finite(known.std(ddof=1)) if len(known) > 1 else None
    return {
        "mean": mean,
        "std": std,
        "best": best,
        "worst": worst,
        "values": _by_seed(values),
    }


def finite(value: float) -> float | None:
    """The value, or None in place of NaN and infinity, which JSON does not have."""
    return float(value) if math.isfinite(value) else None


def _by_seed(values: Mapping[int, Any]) -> dict[str, Any]:
    return {str(seed): value for seed, value in values.items()}
