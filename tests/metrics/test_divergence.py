from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.metrics.divergence import jsd, jsd_quadrature, optimal_discriminator, value

GRID = np.linspace(-16, 16, 6401)


def normal(mean: float, deviation: float) -> np.ndarray:
    return np.exp(-((GRID - mean) ** 2) / (2 * deviation**2)) / (deviation * math.sqrt(2 * math.pi))


def test_discrete_divergence_by_hand_and_at_its_bounds() -> None:
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5])
    # half of each law is shared: JSD = ½·log 2
    assert jsd(p, q) == pytest.approx(math.log(2) / 2)
    assert jsd(p, p) == 0
    assert jsd(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(math.log(2))


def test_divergence_of_random_laws_stays_in_bounds_and_is_symmetric() -> None:
    rng = np.random.default_rng(0)
    for p, q in rng.dirichlet(np.full(6, 0.2), size=(50, 2)):
        assert 0 <= jsd(p, q) <= math.log(2) + 1e-12
        assert jsd(p, q) == pytest.approx(jsd(q, p), abs=1e-15)


@pytest.mark.parametrize("gap", [0.0, 0.5, 2.0, 8.0])
def test_criterion_is_minus_log4_plus_twice_the_divergence(gap: float) -> None:
    p, q = normal(0, 1), normal(gap, 0.7 if gap else 1.0)
    criterion = np.trapezoid(p * np.log(p / (p + q)) + q * np.log(q / (p + q)), GRID)
    assert criterion == pytest.approx(-math.log(4) + 2 * jsd_quadrature(p, q, GRID), abs=1e-9)
    assert value(optimal_discriminator(p, q), p, q, GRID) == pytest.approx(criterion, abs=1e-6)
    if gap == 0:
        assert criterion == pytest.approx(-1.3862944, abs=1e-6)


def test_no_discriminator_beats_the_optimal_one() -> None:
    p, q = normal(0, 1), normal(1, 0.5)
    best = value(optimal_discriminator(p, q), p, q, GRID)
    for d in (np.full_like(GRID, 0.5), np.clip(optimal_discriminator(p, q) + 0.05, 0, 1)):
        assert value(d, p, q, GRID) < best
