"""How chains mix, on chains whose law is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.metrics import mixing


def test_autocorrelation_of_independent_and_of_frozen_chains() -> None:
    rng = np.random.default_rng(0)
    free = np.sign(rng.normal(size=(4000, 4, 5)))
    np.testing.assert_allclose(mixing.autocorrelation(free), [1, 0, 0], atol=0.03)
    frozen = np.repeat(free[:, :1], 4, axis=1)
    np.testing.assert_allclose(mixing.autocorrelation(frozen), 1)


def test_flips_are_counted_against_the_start() -> None:
    chances = np.zeros((2, 3, 2))
    chances[0, :, 0] = 1
    chances[1, [0, 2], 1] = 1
    chances[1, 1, 0] = 1
    np.testing.assert_allclose(mixing.flip_rate(chances), [0.5, 0.0])
    assert mixing.chance_flips(chances) == pytest.approx(0.5)


def test_autocorrelation_time_of_a_two_state_chain() -> None:
    """Signs that are kept with chance p have correlation (2p − 1)^t."""
    rng = np.random.default_rng(0)
    flips = np.where(rng.random((20_000, 6, 2)) < 0.8, 1.0, -1.0)
    flips[:, 0] = rng.choice([-1.0, 1.0], (20_000, 2))
    found = mixing.autocorrelation_time(np.cumprod(flips, axis=1))
    assert found == pytest.approx(1 + 2 * sum(0.6**t for t in range(1, 5)), rel=0.02)


def test_distance_to_the_own_image_and_to_others() -> None:
    real = np.stack([np.zeros((1, 2, 2)), np.full((1, 2, 2), 10.0)]).astype(np.uint8)
    assert mixing.distances(real, real) == (0.0, 10.0)


def test_spread_of_uniform_and_of_equal_units() -> None:
    rng = np.random.default_rng(0)
    free = np.sign(rng.normal(size=(20_000, 3)))
    np.testing.assert_allclose(mixing.spread_of_features(free), [math.log(2), 0, 1], atol=0.02)
    equal = np.repeat(free[:, :1], 3, axis=1)
    np.testing.assert_allclose(mixing.spread_of_features(equal), [math.log(2), 1, 1 / 3], atol=0.02)
