from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from configs import MIXTURE, changed
from metric_subjects import LINE, subject, values

from pipeline.errors import PipelineError
from pipeline.metrics.divergence import (
    bin_probabilities,
    discriminator_error,
    generator_density,
    jensen_shannon,
    jsd,
    jsd_quadrature,
    optimal_discriminator,
    value,
)
from pipeline.params.experiment import DiscriminatorError, JensenShannon

GRID = np.linspace(-16, 16, 6401)
BINS = JensenShannon(kind="jensen_shannon", bins=40)
ERROR = DiscriminatorError(kind="discriminator_error")
UNIFORM = changed(LINE, {"prepare": {"kind": "uniform", "dims": [1], "count": 9, "seed": 0,
                                     "splits": LINE["prepare"]["splits"]}})  # fmt: skip


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


def test_bin_probabilities_are_those_of_the_law() -> None:
    block = changed(LINE, {"prepare.components": 3, "prepare.sigma": 0.1})
    made = subject(np.zeros((1, 1), np.float32), block=block)
    edges, chances = bin_probabilities(made.block.prepare, 40)
    assert chances.sum() == pytest.approx(1)
    fine = np.linspace(edges[7], edges[8], 2001)
    density = np.mean([np.exp(-((fine - m) ** 2) / 0.02) / (0.1 * math.sqrt(2 * math.pi)) for m in
                       (-0.6, 0.0, 0.6)], axis=0)  # fmt: skip
    assert chances[8] == pytest.approx(np.trapezoid(density, fine), rel=1e-6)


def test_samples_of_the_law_diverge_little_and_others_fully() -> None:
    rng = np.random.default_rng(0)
    own = values(jensen_shannon(BINS, subject(rng.normal(size=(5000, 1)).astype(np.float32), block=LINE)))
    assert 0 < own["jsd5000"] < 3 * 42 / (8 * 5000)
    far = values(jensen_shannon(BINS, subject(np.full((100, 1), 50.0, np.float32), block=LINE)))
    assert far["jsd100"] == pytest.approx(math.log(2), abs=1e-5)
    lost = values(jensen_shannon(BINS, subject(np.full((100, 1), np.nan, np.float32), block=LINE)))
    assert math.isnan(lost["jsd100"])


def test_uniform_law_on_the_line() -> None:
    samples = ((np.arange(4000) + 0.5) / 2000 - 1)[:, None].astype(np.float32)
    found = values(jensen_shannon(BINS, subject(samples, block=UNIFORM)))
    assert found["jsd4000"] == pytest.approx(0, abs=1e-6)


def test_refuses_laws_in_space() -> None:
    with pytest.raises(PipelineError, match="in one dimension"):
        jensen_shannon(BINS, subject(np.zeros((9, 3), np.float32), block=MIXTURE))


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
    found = values(discriminator_error(ERROR, affine(optimal_discriminator(p, q))))
    assert found["discriminator_error_mean"] == pytest.approx(0, abs=1e-9)
    assert found["discriminator_error_max"] == pytest.approx(0, abs=1e-9)
    assert found["value_optimal"] == pytest.approx(2 * jsd_quadrature(p, q, GRID) - math.log(4), abs=1e-9)
    assert found["value_trained"] == pytest.approx(found["value_optimal"], abs=1e-6)


def test_an_undecided_discriminator() -> None:
    found = values(discriminator_error(ERROR, affine(np.full(len(GRID), 0.5, np.float32))))
    error = np.abs(0.5 - optimal_discriminator(normal(0, 1), normal(1, 0.5)))
    weight = normal(0, 1) + normal(1, 0.5)
    assert found["discriminator_error_mean"] == pytest.approx(
        np.trapezoid(error * weight, GRID) / 2, abs=1e-6
    )
    assert found["value_trained"] == pytest.approx(-math.log(4), abs=1e-6)
    assert found["value_trained"] < found["value_optimal"]
    assert 0 < found["discriminator_error_max"] <= error.max()


def test_a_saturated_discriminator_keeps_a_finite_value() -> None:
    found = values(discriminator_error(ERROR, affine(np.ones(len(GRID), np.float32))))
    assert np.isfinite(list(found.values())).all()
    assert found["value_trained"] < -10


def test_density_of_an_affine_generator_with_a_uniform_prior() -> None:
    made = affine(None, train__prior={"kind": "uniform", "dim": 1, "bound": 2.0})
    density = generator_density(made.experiment.train, GRID)
    assert density.max() == 0.5
    assert np.trapezoid(density, GRID) == pytest.approx(1, abs=0.01)
    assert GRID[density > 0].min() == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"train__generator_steps": 1}, "generator_steps: 0"),
        ({"train__objective": {"kind": "least_squares", "output": "linear"}}, "to be a probability"),
        ({"shift": 40.0}, "widen sample.grid_range"),
        ({"d": None}, "set sample.grid"),
        ({"block": changed(LINE, {"prepare.dim": 2, "prepare.layout": "ring"})}, "in one dimension"),
    ],
)
def test_refuses_what_has_no_closed_form(changes: dict[str, Any], sentence: str) -> None:
    arguments = {"d": np.full(len(GRID), 0.5)} | changes
    with pytest.raises(PipelineError, match=sentence):
        discriminator_error(ERROR, affine(**arguments))


def test_a_discriminator_that_is_not_finite() -> None:
    found = values(discriminator_error(ERROR, affine(np.full(len(GRID), np.nan))))
    assert np.isnan(list(found.values())).all()
