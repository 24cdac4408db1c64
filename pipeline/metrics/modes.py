"""Modes captured and share of samples near the data, for laws with known support (beta_gan, C1 and C5)."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values
from pipeline.params.datasets import Cubes, Mixture
from pipeline.params.metrics import Modes


def modes(config: Modes, subject: Subject) -> Values:
    """modes<count> and quality<count>, for cubes also coverage<count>, over all samples.

    Mixtures: a mode is captured if at least `share` of the samples lie within `radius`·σ of it, and
    quality is the share of samples within `radius`·σ of any mode. Cubes: a mode is one of the two
    frames, `radius` is the distance to the nearest edge itself, and coverage is the share of edge
    pieces (each edge cut into `pieces`) that a sample within `radius` of the edge projects to.
    """
    prepare, samples = subject.block.prepare, subject.samples
    assert isinstance(prepare, Mixture | Cubes)
    if not np.isfinite(samples).all():
        return None
    if isinstance(prepare, Mixture):
        from pipeline.datasets.mixture import law

        truth = law(prepare)
        values: tuple[float, ...] = of_mixture(
            samples, truth.means, config.radius * truth.sigma, config.share
        )
    else:
        from pipeline.datasets.cubes import edges

        values = of_edges(samples, edges(prepare), config.radius, config.share, config.pieces)
    return values


def of_mixture(samples: np.ndarray, means: np.ndarray, radius: float, share: float) -> tuple[float, float]:
    """Modes with at least `share` of the samples (n, d) within `radius` of their mean (k, d), and the
    share of samples within `radius` of any."""
    offsets = samples[:, None, :].astype(np.float64) - means
    near = np.square(offsets).sum(axis=2) <= radius**2
    return float((near.mean(axis=0) >= share).sum()), float(near.any(axis=1).mean())


def of_edges(
    samples: np.ndarray, edges: np.ndarray, radius: float, share: float, pieces: int
) -> tuple[float, float, float]:
    """Frames captured, share of samples near an edge, and share of edge pieces hit.

    samples: (n, 3). edges: (2·m, 2, 3), the m edges of one frame and then those of the other.
    """
    distance, along = _to_edges(samples.astype(np.float64), edges)
    nearest = distance.argmin(axis=1)
    rows = np.flatnonzero(distance[np.arange(len(samples)), nearest] <= radius)
    edge = nearest[rows]
    frame = edge // (len(edges) // 2)
    captured = np.bincount(frame, minlength=2) >= share * len(samples)
    piece = np.minimum((along[rows, edge] * pieces).astype(int), pieces - 1)
    hit = np.unique(edge * pieces + piece)
    return float(captured.sum()), len(rows) / len(samples), len(hit) / (len(edges) * pieces)


def _to_edges(samples: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance of each sample to each edge, and where along it (0 … 1) the nearest point lies: (n, edges)."""
    start, line = edges[:, 0], edges[:, 1] - edges[:, 0]
    from_start = samples[:, None, :] - start
    along = np.clip((from_start * line).sum(axis=2) / np.square(line).sum(axis=1), 0, 1)
    return np.linalg.norm(from_start - along[..., None] * line, axis=2), along
