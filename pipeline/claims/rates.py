"""Rules on shares of runs that pass a test. A diverged run fails it; so says whoever makes the list."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.claims.finding import LEVEL, MINIMUM, TAIL, Finding, Verdict, format_number, side_of

# Keyed by seed, or by whatever tells the runs apart.
Passed = Mapping[Any, bool]
FAILS = "A diverged run fails."


def every(passed: Passed, what: str, *, minimum: int = MINIMUM) -> Finding:
    """Does every run pass? One that fails contradicts; all of at least `minimum` support."""
    count, total = sum(passed.values()), len(passed)
    rule = (
        f"Supported if all of at least {minimum} runs pass, contradicted if one fails; beside it the exact "
        f"(Clopper–Pearson) 95 % interval of the share. {FAILS}"
    )
    verdict = Verdict.CONTRADICTED if count < total else Verdict.SUPPORTED
    return _of_share(passed, what, rule, verdict if total >= minimum else Verdict.INCONCLUSIVE)


def share(passed: Passed, claimed: float, what: str, *, higher: bool = True) -> Finding:
    """Is the share of runs that pass above `claimed`, or below it unless `higher`?"""
    rule = (
        f"Supported if the exact (Clopper–Pearson) 95 % interval of the share lies "
        f"{'above' if higher else 'below'} {format_number(claimed)}, contradicted if it lies on the other "
        f"side; at least {MINIMUM} runs. {FAILS}"
    )
    low, high = _interval(passed)
    verdict = side_of(low, high, claimed, higher) if len(passed) >= MINIMUM else Verdict.INCONCLUSIVE
    return _of_share(passed, what, rule, verdict)


def shares(favoured: Passed, other: Passed, what: str) -> Finding:
    """Do more runs of `favoured` pass than of `other`? The effect is the difference of the two shares."""
    from scipy.stats import fisher_exact

    k, n, m, o = sum(favoured.values()), len(favoured), sum(other.values()), len(other)
    rule = (
        "Fisher's exact test of the shares that pass, one-sided at 2.5 % in either direction, at least "
        f"{MINIMUM} runs each; beside it Newcombe's 95 % interval of their difference. {FAILS}"
    )
    told = f"{k} of {n} and {m} of {o} runs pass"
    if min(n, o) < MINIMUM:
        few = f"{told}; too few for a verdict"
        return Finding(Verdict.INCONCLUSIVE, what, None, None, None, min(n, o), rule, (few,))
    table = [[k, n - k], [m, o - m]]
    more, fewer = (float(fisher_exact(table, alternative=way).pvalue) for way in ("greater", "less"))
    verdict = Verdict.INCONCLUSIVE
    if min(more, fewer) < TAIL:
        verdict = Verdict.SUPPORTED if more < fewer else Verdict.CONTRADICTED
    told += f"; p {format_number(more)} for more, {format_number(fewer)} for fewer"
    low, high = _newcombe(favoured, other)
    return Finding(verdict, what, k / n - m / o, low, high, min(n, o), rule, (told,))


def pooled(groups: Iterable[Passed]) -> Passed:
    """All runs of several settings, under numbers of their own."""
    return dict(enumerate(passed for group in groups for passed in group.values()))


def _of_share(passed: Passed, what: str, rule: str, verdict: Verdict) -> Finding:
    count, total = sum(passed.values()), len(passed)
    low, high = _interval(passed)
    found = count / total if total else None
    return Finding(verdict, what, found, low, high, total, rule, (f"{count} of {total} runs pass",))


def _interval(passed: Passed, method: str = "exact") -> tuple[float | None, float | None]:
    """Clopper and Pearson's ('exact') or Wilson's interval of the share that passes."""
    from scipy.stats import binomtest

    if not passed:
        return None, None
    found = binomtest(sum(passed.values()), len(passed)).proportion_ci(LEVEL, method=method)
    return float(found.low), float(found.high)


def _newcombe(favoured: Passed, other: Passed) -> tuple[float, float]:
    """Newcombe's hybrid score interval (1998) of the difference of two shares."""
    p, q = (sum(passed.values()) / len(passed) for passed in (favoured, other))
    (a, b), (c, d) = (_interval(passed, "wilson") for passed in (favoured, other))
    assert a is not None and b is not None and c is not None and d is not None
    return p - q - math.hypot(p - a, d - q), p - q + math.hypot(b - p, q - c)
