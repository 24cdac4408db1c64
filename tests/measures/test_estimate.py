"""Means and their intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.measures.estimate import mean


def test_interval_by_hand() -> None:
    found = mean(np.array([1.0, 2.5, 0.5]))
    # sample deviation √(13/12), t(0.975, 2) = 4.30265
    half = 4.30265 * math.sqrt(13 / 12) / math.sqrt(3)
    assert found.mean == pytest.approx(4 / 3)
    assert found.interval(0.95) == pytest.approx((4 / 3 - half, 4 / 3 + half), rel=1e-5)


def test_without_spread_there_is_no_interval() -> None:
    for values in ([1.0], [1.0, 1.0, 1.0]):
        assert mean(np.array(values)).interval(0.95) == (None, None)
    assert mean(np.array([])).effect is None
