"""Mixtures of Gaussians of equal weight (beta_gan, Section 3; the 1-D toys of gan)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.datasets import Prepared
from pipeline.datasets.splits import assign
from pipeline.params.datasets import Mixture

TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)


@dataclass(frozen=True)
class Law:
    """p(x) = 1/K Σ_k N(x; means[k], sigma² I). means: float64 (K, dim)."""

    means: np.ndarray
    sigma: float

    def density(self, points: np.ndarray) -> np.ndarray:
        """p at points (n, dim) → float64 (n,), computed in the logarithm so that far points give 0."""
        dim = self.means.shape[1]
        offsets = np.asarray(points, dtype=float)[:, None, :] - self.means
        exponents = -0.5 * np.square(offsets / self.sigma).sum(axis=2)
        return np.exp(exponents).mean(axis=1) / (np.sqrt(2 * np.pi) * self.sigma) ** dim

    def sample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Independent points, float64 (count, dim)."""
        return self.around(rng.integers(len(self.means), size=count), rng)

    def around(self, components: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One point of each of the given components, float64 (count, dim)."""
        centres = self.means[components]
        return centres + self.sigma * rng.standard_normal(centres.shape)


def law(config: Mixture) -> Law:
    """The law that a block of params.yaml describes."""
    place = {"spaced": _spaced, "ring": _ring, "simplex": _simplex, "sphere": _fibonacci_sphere}
    return Law(config.radius * place[config.layout](config.components), config.sigma)


def prepare(config: Mixture, raw: Path) -> Prepared:
    """`count` points, labelled by component."""
    rng = streams.numpy_stream(config.seed, "mixture")
    components = rng.integers(config.components, size=config.count)
    points = law(config).around(components, rng)
    return Prepared(
        data=points.astype(np.float32),
        labels=components.astype(np.int64),
        split=assign(config.count, config.splits),
        classes=[config.components],
    )


def _spaced(components: int) -> np.ndarray:
    """Equally spaced in [−1, 1]; a single component stands at 0."""
    return np.linspace(-1, 1, components)[:, None] if components > 1 else np.zeros((1, 1))


def _ring(components: int) -> np.ndarray:
    angles = 2 * np.pi * np.arange(components) / components
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _simplex(components: int) -> np.ndarray:
    return np.concatenate([TETRAHEDRON, np.zeros((1, 3))])[:components]


def _fibonacci_sphere(components: int) -> np.ndarray:
    """Nearly even points on the unit sphere: equal steps in height, golden-angle steps around it."""
    index = np.arange(components)
    height = 1 - (2 * index + 1) / components
    angle = index * np.pi * (3 - np.sqrt(5))
    width = np.sqrt(1 - height**2)
    return np.stack([width * np.cos(angle), width * np.sin(angle), height], axis=1)
