"""Jensen–Shannon divergence of samples and a known law in one dimension (gan, Eq. 4–6)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.datasets.mixture import law
from pipeline.metrics import Subject, Values
from pipeline.metrics.divergence import jsd
from pipeline.params.datasets import Mixture, Prepare, UniformBox
from pipeline.params.metrics import JensenShannon

# Deviations beyond which a Gaussian's mass is left to the two open bins at the ends.
REACH = 5


def jensen_shannon(config: JensenShannon, subject: Subject) -> Values:
    """jsd<count>: JSD in nats between the data's law and all samples, over `bins` equal bins and two open
    ones at the ends.

    Binning makes it slightly smaller than the JSD of the densities, the finite number N of samples
    slightly larger: by about bins/(8N) at equal laws.
    """
    edges, chances = bin_probabilities(subject.block.prepare, config.bins)
    if not np.isfinite(subject.samples).all():
        return None
    inside = np.searchsorted(edges, subject.samples.astype(np.float64).ravel(), side="right")
    counts = np.bincount(inside, minlength=len(chances))
    return [jsd(counts / counts.sum(), chances)]


def bin_probabilities(prepare: Prepare, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges (bins + 1,) and the law's probabilities (bins + 2,) of the bins and of what lies beyond them."""
    assert isinstance(prepare, Mixture | UniformBox)
    if isinstance(prepare, UniformBox):
        return np.linspace(-1, 1, bins + 1), np.pad(np.full(bins, 1 / bins), 1)
    means, sigma = law(prepare).means[:, 0], prepare.sigma
    edges = np.linspace(means.min() - REACH * sigma, means.max() + REACH * sigma, bins + 1)
    scaled = (means[:, None] - edges) / (sigma * math.sqrt(2))
    below = np.vectorize(math.erfc)(scaled).mean(axis=0) / 2  # the law's distribution function at the edges
    return edges, np.diff(below, prepend=0, append=1)
