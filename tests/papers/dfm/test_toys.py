"""Eq. 6–9, 10 and 11 of dfm in closed form, and their drawings."""

from __future__ import annotations

import numpy as np
import pytest
from study_fakes import denoisers

from pipeline.base.errors import PipelineError
from pipeline.datasets.mixture import Law
from pipeline.papers.dfm import numerics, toys

LAW = Law(numerics.CENTRES, 0.4)
PHI = numerics.Coupling(0.5)
POINTS = LAW.sample(200, np.random.default_rng(0))


def test_the_score_is_the_slope_of_the_log_density():
    step = 1e-6
    for k, shift in enumerate(step * np.eye(2)):
        slope = (np.log(LAW.density(POINTS + shift)) - np.log(LAW.density(POINTS - shift))) / (2 * step)
        np.testing.assert_allclose(numerics.score(LAW, POINTS)[:, k], slope, rtol=1e-5, atol=1e-6)


def test_the_coupling_is_inverted_and_its_jacobian_is_its_slope():
    np.testing.assert_allclose(PHI.inverse(PHI.forward(POINTS)), POINTS, atol=1e-12)
    step = 1e-6
    for k, shift in enumerate(step * np.eye(2)):
        slope = (PHI.forward(POINTS + shift) - PHI.forward(POINTS - shift)) / (2 * step)
        np.testing.assert_allclose(PHI.jacobian(POINTS)[:, :, k], slope, atol=1e-8)


def test_equation_9_is_the_slope_of_the_log_determinant():
    step = 1e-6
    for k, shift in enumerate(step * np.eye(2)):
        ahead, behind = (np.log(np.linalg.det(PHI.jacobian(POINTS + s * shift))) for s in (1, -1))
        np.testing.assert_allclose(
            numerics.expansion(PHI, POINTS)[:, k], (ahead - behind) / (2 * step), atol=1e-7
        )


def test_the_corrected_sign_holds_and_the_printed_one_does_not():
    left = numerics.numeric_feature_score(PHI, LAW, PHI.forward(POINTS))
    np.testing.assert_allclose(numerics.feature_score(PHI, LAW, POINTS, -1), left, atol=1e-6)
    assert np.abs(numerics.feature_score(PHI, LAW, POINTS, +1) - left).max() > 0.1


def test_the_density_of_features_is_divided_by_the_determinant():
    assert numerics.total_mass(PHI, LAW, -1) == pytest.approx(1, abs=1e-6)
    assert abs(numerics.total_mass(PHI, LAW, 1) - 1) > 0.1


def test_the_optimal_denoiser_is_the_posterior_mean():
    """Against the mean of many clean points weighted by the likelihood of the corruption."""
    clean = LAW.sample(400_000, np.random.default_rng(1))
    for point in np.array([[0.3, -0.2], [-1.0, -1.5]]):
        weight = np.exp(-0.5 * np.square((point - clean) / 0.5).sum(axis=1))
        expected = (weight[:, None] * clean).sum(axis=0) / weight.sum()
        found = numerics.optimal_denoiser(LAW, 0.5, point[None])[0]
        np.testing.assert_allclose(found, expected, atol=0.02)


def test_the_denoisers_slope_is_sigma_squared_in_the_limit():
    score = numerics.score(LAW, POINTS)
    for sigma, close in ((0.01, 1e-3), (0.05, 2e-2)):
        found = numerics.fit(numerics.optimal_denoiser(LAW, sigma, POINTS) - POINTS, score)
        assert found.slope / sigma**2 == pytest.approx(1, abs=close)
        assert found.cosine > 0.999
    wide = numerics.fit(numerics.optimal_denoiser(LAW, 1.0, POINTS) - POINTS, score)
    assert wide.slope < 0.5


def test_generators_of_equal_mean_differ_in_denoising_only():
    data = LAW.sample(20_000, np.random.default_rng(2))
    mean = data.mean(axis=0)
    losses = {}
    for spread in (0.0, 1.0, 1.6):
        fake = mean + spread * (data - mean)
        assert numerics.feature_matching(fake, mean) < 1e-20
        losses[spread] = numerics.denoising_error(LAW, 0.3, fake)
    assert min(losses[0.0], losses[1.6]) > 2 * losses[1.0]


def test_eq6_9_is_drawn():
    drawing = toys.feature_map({}, points=50, shown=3, bend=0.5, sigma=0.4, seed=0)
    assert len(drawing.rows) == 3 + 2
    assert drawing.rows[-1]["Eq. 8, corrected sign (−)"].startswith("1.0000")


def test_eq10_is_drawn():
    drawing = toys.moments({}, sigma=0.3, noise=0.3, spreads=[0.0, 1.0, 1.6], points=2000, seed=0)
    assert {row["spread"] for row in drawing.rows} >= {0.0, 1.0, 1.6}
    assert max(row["feature matching (Eq. 10)"] for row in drawing.rows) == 0
    assert len(drawing.figure.axes) == 4


def test_eq11_is_drawn_from_trained_denoisers():
    drawing = toys.denoiser_score({}, denoisers=denoisers(), drawn=0.5)
    again = toys.denoiser_score({}, denoisers=denoisers(noises=[0.5], seeds=[1]), drawn=0.5)
    assert len(drawing.rows) == 2 * (1 + 2 * 2)
    same = [row for row in drawing.rows if row["sigma"] == 0.5 and row["seed"] in ("", 1)]
    assert same == again.rows
    trained = [row for row in same if row["denoiser"] == "trained"]
    assert trained[0]["cosine"] > 0.8


def test_eq11_is_drawn_in_the_plane_alone():
    line = denoisers(law__centres=[[-1.0], [1.0]], steps=1)
    with pytest.raises(PipelineError, match=r"studies\.denoisers\.law\.centres: .* in the plane"):
        toys.denoiser_score({}, denoisers=line, drawn=0.5)
