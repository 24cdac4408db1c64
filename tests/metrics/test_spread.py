from __future__ import annotations

import math

import numpy as np
import pytest
from metric_subjects import DIGITS, subject

from pipeline.metrics import measure
from pipeline.metrics.spread import effective_rank
from pipeline.params.metrics import Spread

SPREAD = Spread(kind="spread")


@pytest.mark.parametrize("rank", [1, 3, 20])
@pytest.mark.parametrize("count", [15, 400])
def test_rank_of_float32_samples(rank: int, count: int) -> None:
    rng = np.random.default_rng(rank)
    samples = (rng.normal(size=(count, rank)) @ rng.normal(size=(rank, 20)) + 5).astype(np.float32)
    assert measure(SPREAD, subject(samples))["rank"] == min(rank, count - 1)


def test_spread_of_uniform_images_in_units_of_the_range() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3000, 1, 4, 4)).astype(np.uint8)
    found = measure(SPREAD, subject(pixels, block=DIGITS))
    assert found["std_mean"] == pytest.approx(1 / math.sqrt(3), abs=0.01)
    assert found["std_min"] <= found["std_mean"]
    assert found["rank"] == 16
    assert found["effective_rank"] == pytest.approx(16, abs=0.2)


def test_least_deviation_is_that_of_the_frozen_coordinate() -> None:
    samples = np.array([[-1.0, 0.3], [1.0, 0.3]], np.float32)
    found = measure(SPREAD, subject(samples))
    assert (found["std_mean"], found["std_min"], found["rank"]) == pytest.approx((0.5, 0.0, 1.0))


def test_frozen_noise_and_samples_that_are_not_finite() -> None:
    frozen = measure(SPREAD, subject(np.full((10, 3), 0.25, np.float32)))
    assert (frozen["std_mean"], frozen["rank"]) == (0.0, 0.0)
    assert math.isnan(frozen["effective_rank"])
    lost = measure(SPREAD, subject(np.full((10, 3), np.nan, np.float32)))
    assert set(lost) == set(frozen)
    assert np.isnan(list(lost.values())).all()


def test_effective_rank_of_equal_and_of_single_spectra() -> None:
    assert effective_rank(np.ones(7)) == pytest.approx(7)
    assert effective_rank(np.array([3.0, 0.0])) == pytest.approx(1)
