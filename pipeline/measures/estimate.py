"""Means and their intervals, from plain numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Deviations below this share of the values' size are rounding, not spread.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error and degrees of freedom.

    values: the numbers behind it. count: the runs or pairs that it rests on, of the smaller group where it is
    a difference of groups. deviation: the standard deviation that standardises it. grouped: whether the
    values are of two groups, and not each an estimate of the mean.
    """

    values: np.ndarray
    mean: float
    error: float
    freedom: float
    count: int
    deviation: float
    grouped: bool = False

    @property
    def effect(self) -> float | None:
        return self.mean if math.isfinite(self.mean) else None

    @property
    def standardised(self) -> float | None:
        """The mean in standard deviations; None without spread."""
        return self.mean / self.deviation if self.spreads else None

    @property
    def spreads(self) -> bool:
        """Whether there is any spread to estimate an interval from."""
        size = float(np.abs(self.values).max(initial=0.0))
        return math.isfinite(self.error) and self.error > ROUNDING * size

    def interval(self, level: float) -> tuple[float | None, float | None]:
        """The t interval; (None, None) for one value, or for values that are all the same."""
        from scipy.stats import t

        if not self.spreads or not self.freedom > 0:
            return None, None
        half = float(t.ppf((1 + level) / 2, self.freedom)) * self.error
        return self.mean - half, self.mean + half

    def sign_test(self, value: float) -> float:
        """Two-sided p of the exact sign test that the values lie evenly about `value`; 1 for two groups."""
        from scipy.stats import binomtest

        if self.grouped:
            return 1.0
        above, below = int((self.values > value).sum()), int((self.values < value).sum())
        return float(binomtest(above, above + below).pvalue) if above + below else 1.0


def mean(values: np.ndarray) -> Estimate:
    """The mean of independent values (n,)."""
    count = len(values)
    deviation = float(values.std(ddof=1)) if count > 1 else math.nan
    average = float(values.mean()) if count else math.nan
    return Estimate(values, average, deviation / math.sqrt(count or 1), count - 1, count, deviation)


def difference(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Mean of `first` minus mean of `second`, independent groups of one variance."""
    a, b = np.array(first, dtype=float), np.array(second, dtype=float)
    n, m = len(a), len(b)
    values = np.concatenate([a, b])
    if min(n, m) < 2:
        average = float(a.mean() - b.mean()) if min(n, m) else math.nan
        return Estimate(values, average, math.nan, 0, min(n, m), math.nan, grouped=True)
    together = ((n - 1) * float(a.var(ddof=1)) + (m - 1) * float(b.var(ddof=1))) / (n + m - 2)
    error = math.sqrt(sum((together / n, together / m)))
    average = float(a.mean() - b.mean())
    return Estimate(values, average, error, n + m - 2, min(n, m), math.sqrt(together), grouped=True)


def blocked(groups: Sequence[np.ndarray]) -> Estimate:
    """Mean over blocks of each block's mean; the error is that of the means within their blocks."""
    values = np.concatenate(groups) if groups else np.array([])
    averages = [float(group.mean()) for group in groups]
    average = sum(averages) / len(groups) if groups else math.nan
    if not groups or min(map(len, groups)) < 2:
        return Estimate(values, average, math.nan, 0, len(values), math.nan)
    variances = [float(group.var(ddof=1)) for group in groups]
    shares = [v / len(group) / len(groups) ** 2 for v, group in zip(variances, groups, strict=True)]
    freedom = _satterthwaite(shares, [len(group) - 1 for group in groups])
    deviation = math.sqrt(sum(variances) / len(groups))
    return Estimate(values, average, math.sqrt(sum(shares)), freedom, len(values), deviation)


def _satterthwaite(shares: Sequence[float], freedoms: Sequence[int]) -> float:
    """Degrees of freedom of a sum of variances (Satterthwaite 1946); 0 where none varies."""
    below = sum(share**2 / freedom for share, freedom in zip(shares, freedoms, strict=True))
    return sum(shares) ** 2 / below if below > 0 else 0.0
