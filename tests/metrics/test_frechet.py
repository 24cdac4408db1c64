from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.metrics.frechet import frechet_distance, gaussian


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    return frechet_distance(gaussian(a), gaussian(b).with_root())


def test_distance_of_gaussians_in_closed_form() -> None:
    rng = np.random.default_rng(0)
    whitened = rng.normal(size=(400, 3))
    whitened -= whitened.mean(axis=0)
    whitened = whitened @ np.linalg.inv(np.linalg.cholesky(np.cov(whitened, rowvar=False))).T
    a = whitened * [1.0, 2.0, 0.5] + [1.0, 0.0, 0.0]
    b = whitened * [3.0, 2.0, 1.5] + [0.0, 2.0, 0.0]
    # commuting covariances: ‖Δμ‖² + Σ (σ_a − σ_b)²
    assert frechet(a, b) == pytest.approx(1 + 4 + 4 + 0 + 1, rel=1e-9)


def test_distance_in_one_dimension() -> None:
    a, b = np.array([[0.0], [2.0]]), np.array([[1.0], [7.0]])
    deviations = math.sqrt(2), math.sqrt(18)
    assert frechet(a, b) == pytest.approx(9 + (deviations[1] - deviations[0]) ** 2)


@pytest.mark.parametrize("rank", [4, 12])
def test_distance_to_itself_is_zero(rank: int) -> None:
    rng = np.random.default_rng(1)
    features = np.maximum(rng.normal(size=(300, rank)) @ rng.normal(size=(rank, 12)), 0)
    assert frechet(features, features) == pytest.approx(0, abs=1e-6 * np.trace(np.cov(features.T)))


@pytest.mark.parametrize(("count", "width"), [(300, 40), (1000, 256), (100, 128)])
def test_distance_equals_torch_fidelity(count: int, width: int) -> None:
    """More examples than features, and fewer, where the covariances have no full rank."""
    import torch
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_features_to_statistics, fid_statistics_to_metric

    rng = np.random.default_rng(2)
    mixing = rng.normal(size=(width, width)) / width**0.5
    a = np.maximum(rng.normal(size=(count, width)) @ mixing, 0)
    b = np.maximum(rng.normal(size=(count - 50, width)) @ (1.2 * mixing), 0)
    theirs = fid_statistics_to_metric(
        *(fid_features_to_statistics(torch.from_numpy(side)) for side in (a, b)), verbose=False
    )
    assert frechet(a, b) == pytest.approx(theirs[KEY_METRIC_FID], rel=1e-6)


def test_root_is_one_whatever_the_rank() -> None:
    rng = np.random.default_rng(8)
    for count, rank in ((300, 3), (300, 12), (9, 12), (12, 3)):
        made = gaussian(rng.normal(size=(count, rank)) @ rng.normal(size=(rank, 12))).with_root()
        assert made.root is not None
        np.testing.assert_allclose(made.root @ made.root.T, made.covariance, atol=1e-12)
