"""Rules on shares of runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from pipeline.claims import rates
from pipeline.claims.finding import Verdict

SUPPORTED, CONTRADICTED, INCONCLUSIVE = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE


def passed(count: int, total: int) -> dict[int, bool]:
    return {seed: seed < count for seed in range(total)}


def test_every() -> None:
    assert rates.every(passed(10, 10), "x").verdict is SUPPORTED
    assert rates.every(passed(9, 10), "x").verdict is CONTRADICTED
    assert rates.every(passed(2, 2), "x").verdict is INCONCLUSIVE
    assert rates.every(passed(9, 9), "x", minimum=10).verdict is INCONCLUSIVE
    nothing = rates.every({}, "x")
    assert (nothing.verdict, nothing.effect, nothing.low) == (INCONCLUSIVE, None, None)


def test_share() -> None:
    assert rates.share(passed(9, 10), 0.5, "x").verdict is SUPPORTED
    assert rates.share(passed(1, 10), 0.5, "x").verdict is CONTRADICTED
    assert rates.share(passed(1, 10), 0.5, "x", higher=False).verdict is SUPPORTED
    assert rates.share(passed(6, 10), 0.5, "x").verdict is INCONCLUSIVE
    assert rates.share(passed(2, 2), 0.1, "x").verdict is INCONCLUSIVE


def test_the_interval_of_a_share_is_clopper_and_pearsons() -> None:
    """At its ends, what was seen or more extreme has a chance of 2.5 %."""
    found = rates.share(passed(7, 10), 0.5, "x")
    assert found.low is not None and found.high is not None
    assert binom.sf(6, 10, found.low) == pytest.approx(0.025, rel=1e-3)
    assert binom.cdf(7, 10, found.high) == pytest.approx(0.025, rel=1e-3)


def test_shares() -> None:
    assert rates.shares(passed(8, 8), passed(1, 8), "x").verdict is SUPPORTED
    assert rates.shares(passed(1, 8), passed(8, 8), "x").verdict is CONTRADICTED
    assert rates.shares(passed(4, 8), passed(5, 8), "x").verdict is INCONCLUSIVE
    assert rates.shares(passed(3, 3), passed(0, 3), "x").verdict is INCONCLUSIVE
    few = rates.shares(passed(2, 2), passed(0, 8), "x")
    assert (few.verdict, few.effect) == (INCONCLUSIVE, None)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His example: 56 of 70 against 48 of 80 gives 0.2 with [0.0524, 0.3339]."""
    found = rates.shares(passed(56, 70), passed(48, 80), "x")
    assert found.effect == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_chance_is_no_difference() -> None:
    rng = np.random.default_rng(0)
    verdicts = [
        rates.shares(*(dict(enumerate(rng.random(10) < 0.5)) for _ in range(2)), "x").verdict
        for _ in range(400)
    ]
    assert verdicts.count(SUPPORTED) / len(verdicts) <= 0.04
    assert verdicts.count(CONTRADICTED) / len(verdicts) <= 0.04
