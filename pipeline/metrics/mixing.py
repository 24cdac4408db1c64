"""How an associative memory's chain mixes, and what it is a memory of (aan, Sec. 4 and 6, Fig. 3).

Functions of plain arrays, such as a run's `gibbs_states`, `gibbs_probabilities` and `features_test`.
"""

from __future__ import annotations

import numpy as np


def distances(real: np.ndarray, made: np.ndarray) -> tuple[float, float]:
    """Mean over images of the root mean square difference in grey levels, of each made image to its own
    real one, and to the others."""
    a, b = (images.reshape(len(images), -1).astype(np.float64) for images in (real, made))
    apart = np.sqrt(np.square(b[:, None] - a).mean(axis=2))
    own = np.eye(len(real), dtype=bool)
    return float(apart[own].mean()), float(apart[~own].mean())


def autocorrelation(states: np.ndarray) -> np.ndarray:
    """Correlation of v₁ with v₁₊ₜ over chains, pooled over units, for t = 0, 1, …

    states: (chains, steps + 1, units), of which the first are features and left out.
    """
    v = states[:, 1:].astype(np.float64)
    v = v - v.mean(axis=0)
    together = np.einsum("cu,ctu->t", v[:, 0], v)
    own = np.square(v).sum(axis=(0, 2))
    found: np.ndarray = together / np.sqrt(own[0] * own)
    return found


def autocorrelation_time(states: np.ndarray) -> float:
    """1 + 2 Σ ρ(t) over the lags that the chains have, in Gibbs steps. states: (chains, steps + 1, units)."""
    return float(1 + 2 * autocorrelation(states)[1:].sum())


def flip_rate(chances: np.ndarray) -> np.ndarray:
    """Share of chains whose class differs from their start's, after 1, 2, … steps.

    chances: (chains, steps + 1, classes).
    """
    classes = chances.argmax(axis=2)
    found: np.ndarray = (classes[:, 1:] != classes[:, :1]).mean(axis=0)
    return found


def chance_flips(chances: np.ndarray) -> float:
    """The share if classes after all steps were independent of the start's."""
    classes, number = chances.argmax(axis=2), chances.shape[2]
    start, later = (
        np.bincount(part.ravel(), minlength=number) / part.size for part in (classes[:, 0], classes[:, 1:])
    )
    return float(1 - start @ later)


def spread_of_features(features: np.ndarray) -> tuple[float, float, float]:
    """Entropy of a unit in nats, rms correlation of pairs, and participation ratio over width, of tanh
    features (examples, width)."""
    up = np.clip((1 + features.astype(np.float64).mean(axis=0)) / 2, 1e-12, 1 - 1e-12)
    entropy = float(-(up * np.log(up) + (1 - up) * np.log1p(-up)).mean())
    covariance = np.cov(features, rowvar=False, dtype=np.float64)
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    pairs = (covariance / np.outer(scale, scale))[np.triu_indices(len(covariance), 1)]
    participation = np.trace(covariance) ** 2 / np.square(covariance).sum()
    return entropy, float(np.sqrt(np.square(pairs).mean())), float(participation / len(covariance))
