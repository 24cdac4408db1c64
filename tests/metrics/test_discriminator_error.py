from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from metric_subjects import LINE, subject

from pipeline.base.errors import PipelineError
from pipeline.metrics import measure
from pipeline.metrics.discriminator_error import discriminator_error, generator_density
from pipeline.metrics.divergence import jsd_quadrature, optimal_discriminator
from pipeline.params.metrics import DiscriminatorError

GRID = np.linspace(-16, 16, 6401)
ERROR = DiscriminatorError(kind="discriminator_error")


def normal(mean: float, deviation: float) -> np.ndarray:
    return np.exp(-((GRID - mean) ** 2) / (2 * deviation**2)) / (deviation * math.sqrt(2 * math.pi))


def affine(d: np.ndarray | None, shift: float = 1.0, block: dict[str, Any] = LINE, **changes: Any):
    """A subject with a fixed generator N(shift, 0.5²) and D's outputs on the grid."""
    settings = {
        "train__networks__generator": {"kind": "affine", "shift": shift, "scale": 0.5},
        "train__prior": {"kind": "normal", "dim": 1},
        "train__generator_steps": 0,
        **changes,
    }
    arrays = {} if d is None else {"grid": GRID, "discriminator": d}
    return subject(np.zeros((5, 1), np.float32), block=block, arrays=arrays, **settings)


def test_the_optimal_discriminator_has_no_error() -> None:
    p, q = normal(0, 1), normal(1, 0.5)
    found = measure(ERROR, affine(optimal_discriminator(p, q)))
    assert found["discriminator_error_mean"] == pytest.approx(0, abs=1e-9)
    assert found["discriminator_error_max"] == pytest.approx(0, abs=1e-9)
    assert found["value_optimal"] == pytest.approx(2 * jsd_quadrature(p, q, GRID) - math.log(4), abs=1e-9)
    assert found["value_trained"] == pytest.approx(found["value_optimal"], abs=1e-6)


def test_an_undecided_discriminator() -> None:
    found = measure(ERROR, affine(np.full(len(GRID), 0.5, np.float32)))
    error = np.abs(0.5 - optimal_discriminator(normal(0, 1), normal(1, 0.5)))
    weight = normal(0, 1) + normal(1, 0.5)
    assert found["discriminator_error_mean"] == pytest.approx(
        np.trapezoid(error * weight, GRID) / 2, abs=1e-6
    )
    assert found["value_trained"] == pytest.approx(-math.log(4), abs=1e-6)
    assert found["value_trained"] < found["value_optimal"]
    assert 0 < found["discriminator_error_max"] <= error.max()


def test_a_saturated_discriminator_keeps_a_finite_value() -> None:
    found = measure(ERROR, affine(np.ones(len(GRID), np.float32)))
    assert np.isfinite(list(found.values())).all()
    assert found["value_trained"] < -10


def test_density_of_an_affine_generator_with_a_uniform_prior() -> None:
    made = affine(None, train__prior={"kind": "uniform", "dim": 1, "bound": 2.0})
    density = generator_density(made.experiment.train, GRID)
    assert density.max() == 0.5
    assert np.trapezoid(density, GRID) == pytest.approx(1, abs=0.01)
    assert GRID[density > 0].min() == pytest.approx(0, abs=0.01)


def test_a_grid_that_misses_the_mass_is_refused() -> None:
    with pytest.raises(PipelineError, match=r"widen sample\.grid_range"):
        discriminator_error(ERROR, affine(np.full(len(GRID), 0.5), shift=40.0))


def test_a_discriminator_that_is_not_finite() -> None:
    found = measure(ERROR, affine(np.full(len(GRID), np.nan)))
    assert np.isnan(list(found.values())).all()
