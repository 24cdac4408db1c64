from __future__ import annotations

import numpy as np
import pytest
from metric_subjects import DIGITS, subject

from pipeline.base.errors import PipelineError
from pipeline.metrics import measure
from pipeline.metrics import parzen as module
from pipeline.metrics.parzen import log_likelihood, parzen
from pipeline.params.metrics import Parzen


def brute_force(samples: np.ndarray, points: np.ndarray, sigma: float) -> np.ndarray:
    """Straight from the formula, one point after another, with the largest term taken out."""
    dim, result = samples.shape[1], []
    for point in points:
        exponents = -((samples - point) ** 2).sum(axis=1) / (2 * sigma**2)
        largest = exponents.max()
        result.append(largest + np.log(np.exp(exponents - largest).mean()))
    return np.array(result) - dim * np.log(sigma) - dim / 2 * np.log(2 * np.pi)


@pytest.mark.parametrize("dim", [1, 2, 8, 9, 200])
@pytest.mark.parametrize("sigma", [1e-4, 0.05, 1.0, 30.0])
def test_equals_brute_force(dim: int, sigma: float) -> None:
    rng = np.random.default_rng(dim)
    samples, points = rng.normal(size=(120, dim)), rng.normal(size=(40, dim))
    points[0], points[1] = samples[3], samples[5] + 1e3
    expected = brute_force(samples, points, sigma)
    np.testing.assert_allclose(log_likelihood(samples, points, sigma), expected, rtol=1e-9)


def test_offset_far_from_zero_costs_no_accuracy() -> None:
    rng = np.random.default_rng(0)
    samples, points = rng.normal(size=(50, 30)) + 1e5, rng.normal(size=(20, 30)) + 1e5
    expected = brute_force(samples, points, 0.2)
    np.testing.assert_allclose(log_likelihood(samples, points, 0.2), expected, rtol=1e-9)


def test_a_far_outlier_costs_no_accuracy() -> None:
    rng = np.random.default_rng(0)
    samples, points = rng.normal(size=(50, 30)), rng.normal(size=(20, 30))
    samples[0] = 1e6
    expected = brute_force(samples, points, 0.2)
    np.testing.assert_allclose(log_likelihood(samples, points, 0.2), expected, rtol=1e-9)


def test_many_sigmas_equal_each_alone_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    samples, points = rng.random((70, 12)).astype(np.float32), rng.random((50, 12)).astype(np.float32)
    sigmas = np.geomspace(0.01, 2, 7)
    alone = [log_likelihood(samples, points, float(sigma)) for sigma in sigmas]
    monkeypatch.setattr(module, "HELD", 70 * 8)
    monkeypatch.setattr(module, "CACHED", 70 * 3)
    together = log_likelihood(samples, points, list(sigmas))
    assert together.shape == (7, 50)
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_all_sigmas_share_one_computation_of_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    distances = module._squared_distances

    def counted(points: np.ndarray, samples: np.ndarray, exact: bool) -> np.ndarray:
        calls.append(len(points))
        return distances(points, samples, exact)

    monkeypatch.setattr(module, "_squared_distances", counted)
    log_likelihood(np.zeros((5, 20)), np.ones((9, 20)), np.geomspace(0.1, 1, 10))
    assert calls == [9]


def test_it_is_a_density() -> None:
    grid = np.linspace(-8, 8, 4001)
    density = np.exp(log_likelihood(np.array([[-1.0], [0.5]]), grid[:, None], 0.3))
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("sigma", [0.0, -1.0, np.nan, [0.1, 0.0]])
def test_refuses_widths_that_are_not_positive(sigma: float) -> None:
    with pytest.raises(PipelineError, match="must be positive"):
        log_likelihood(np.zeros((3, 2)), np.zeros((3, 2)), sigma)


def test_refuses_points_of_another_size() -> None:
    with pytest.raises(PipelineError, match="of one size"):
        log_likelihood(np.zeros((3, 2)), np.zeros((3, 4)), 1.0)


def config(**changes: object) -> Parzen:
    block = {"kind": "parzen", "samples": 200, "validation": 60, "sigma_range": [0.01, 10.0], "sigmas": 13}
    return Parzen.model_validate(block | changes)


def test_metric_chooses_sigma_on_validation_and_reports_the_test_split() -> None:
    rng = np.random.default_rng(0)
    real, samples = rng.normal(size=(300, 1)), rng.normal(size=(200, 1)).astype(np.float32)
    found = measure(config(), subject(samples, real))
    validation, test = real[np.arange(300) % 3 == 1][:60], real[np.arange(300) % 3 == 2]
    sigmas = np.geomspace(0.01, 10, 13)
    means = [brute_force(samples.astype(float), validation, sigma).mean() for sigma in sigmas]
    chosen = sigmas[int(np.argmax(means))]
    nats = brute_force(samples.astype(float), test, chosen)
    assert found["parzen_sigma"] == pytest.approx(chosen)
    assert 0.01 < chosen < 10
    assert found["parzen200"] == pytest.approx(nats.mean(), rel=1e-9)
    assert found["parzen_se"] == pytest.approx(nats.std() / np.sqrt(100), rel=1e-9)


def test_images_are_scaled_to_the_unit_interval() -> None:
    rng = np.random.default_rng(0)
    real = rng.integers(0, 256, (300, 1, 4, 4)).astype(np.uint8)
    pixels = real[:200]
    as_floats = (pixels / 127.5 - 1).astype(np.float32)
    settings = config(validation=100, sigma_range=[0.1, 1.0])
    of_pixels = measure(settings, subject(pixels, real, DIGITS))
    of_floats = measure(settings, subject(as_floats, real, DIGITS))
    expected = log_likelihood(pixels / 255, real[np.arange(300) % 3 == 2] / 255, of_pixels["parzen_sigma"])
    assert of_pixels["parzen200"] == pytest.approx(expected.mean(), rel=1e-9)
    assert of_floats["parzen200"] == pytest.approx(expected.mean(), rel=1e-5)


def test_samples_that_are_not_finite_have_no_likelihood() -> None:
    samples = np.full((200, 2), np.nan, np.float32)
    found = measure(config(), subject(samples, np.zeros((300, 2))))
    assert set(found) == {"parzen200", "parzen_se", "parzen_sigma"}
    assert np.isnan(list(found.values())).all()


def test_constant_samples_have_one() -> None:
    found = measure(config(), subject(np.zeros((200, 2), np.float32), np.ones((300, 2), np.float32)))
    assert np.isfinite(list(found.values())).all()


def test_refuses_more_validation_examples_than_there_are() -> None:
    with pytest.raises(PipelineError, match="needs 60 validation examples, but there are 10"):
        parzen(config(), subject(np.zeros((200, 2), np.float32), np.zeros((30, 2), np.float32)))
