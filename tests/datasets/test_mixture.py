"""Mixtures: the law's density and moments, its layouts, and what `prepare` draws from it."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.datasets import mixture
from pipeline.datasets.mixture import Law
from pipeline.params.datasets import Mixture, Splits

SPLITS = Splits(validation=0.1, test=0.2, seed=3)


def block(layout="ring", components=8, radius=0.7, sigma=0.05, **changes):
    dim = {"spaced": 1, "ring": 2, "simplex": 3, "sphere": 3}[layout]
    values = {"count": 20_000, "seed": 1, "splits": SPLITS, **changes}
    return Mixture(
        kind="mixture", dim=dim, components=components, layout=layout, radius=radius, sigma=sigma, **values
    )


def test_density_integrates_to_one_in_one_dimension():
    grid = np.linspace(-2, 2, 4001)
    density = mixture.law(block("spaced", components=5, sigma=0.1)).density(grid[:, None])
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=1e-9)


def test_density_integrates_to_one_in_two_dimensions():
    axis = np.linspace(-1.5, 1.5, 301)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    density = mixture.law(block("ring", components=5, sigma=0.1)).density(points)
    assert density.sum() * (axis[1] - axis[0]) ** 2 == pytest.approx(1, abs=1e-9)


def test_density_in_three_dimensions_is_the_closed_form():
    law = Law(np.array([[0.0, 0, 0], [1, 0, 0]]), sigma=0.5)
    expected = (1 + np.exp(-0.5 * (1 / 0.5) ** 2)) / 2 / (2 * np.pi * 0.25) ** 1.5
    assert law.density(np.zeros((1, 3)))[0] == pytest.approx(expected, rel=1e-12)


def test_single_gaussian_stands_at_zero():
    law = mixture.law(block("spaced", components=1, radius=0.0, sigma=1.0))
    assert law.means.tolist() == [[0.0]]
    assert law.density(np.zeros((1, 1)))[0] == pytest.approx(1 / np.sqrt(2 * np.pi), rel=1e-12)


def test_spaced_means_fill_the_interval():
    means = mixture.law(block("spaced", components=5, radius=0.8)).means
    np.testing.assert_allclose(means[:, 0], [-0.8, -0.4, 0, 0.4, 0.8], atol=1e-12)


def test_simplex_is_a_tetrahedron_and_its_centre():
    means = mixture.law(block("simplex", components=5, radius=0.6)).means
    np.testing.assert_allclose(np.abs(means[:4]), 0.6)
    distances = np.linalg.norm(means[:4, None] - means[:4], axis=2)
    np.testing.assert_allclose(distances[~np.eye(4, dtype=bool)], 0.6 * np.sqrt(8))
    assert means[4].tolist() == [0, 0, 0]
    np.testing.assert_allclose(means[:4].sum(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("layout", ["ring", "sphere"])
def test_round_layouts_lie_at_the_radius_and_apart(layout):
    means = mixture.law(block(layout, components=10, radius=0.7)).means
    np.testing.assert_allclose(np.linalg.norm(means, axis=1), 0.7)
    distances = np.linalg.norm(means[:, None] - means, axis=2) + np.eye(10)
    assert distances.min() > 0.4


def test_samples_have_the_moments_of_the_law():
    law = mixture.law(block("simplex", components=5, radius=0.6, sigma=0.2))
    points = law.sample(200_000, np.random.default_rng(0))
    spread = np.cov(law.means.T, bias=True) + 0.2**2 * np.eye(3)
    np.testing.assert_allclose(points.mean(axis=0), law.means.mean(axis=0), atol=5e-3)
    np.testing.assert_allclose(np.cov(points.T), spread, atol=5e-3)


def test_prepared_points_belong_to_their_components():
    config = block("ring", components=5)
    prepared = mixture.prepare(config, Path())
    assert prepared.data.dtype == np.float32 and prepared.data.shape == (20_000, 2)
    assert prepared.classes == [5]
    offsets = prepared.data - mixture.law(config).means[prepared.labels]
    assert offsets.std() == pytest.approx(0.05, rel=0.02)
    np.testing.assert_allclose(np.bincount(prepared.labels) / 20_000, 0.2, atol=0.015)
    assert np.bincount(prepared.split).tolist() == [14_000, 2_000, 4_000]


def test_preparing_repeats_and_depends_on_the_seed():
    first, again, other = (mixture.prepare(block(seed=seed), Path()) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.data, again.data)
    np.testing.assert_array_equal(first.split, again.split)
    assert not np.array_equal(first.data, other.data)
