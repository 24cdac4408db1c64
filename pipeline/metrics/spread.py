"""Spread and rank of samples (beta_gan, Fig. 4)."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values, rows
from pipeline.metrics.entropies import entropy
from pipeline.params.metrics import Spread


def spread(config: Spread, subject: Subject) -> Values:
    """Frozen-noise statistics of all samples, in units of the run's `range`.

    std_mean, std_min: mean and least over coordinates of the deviation over samples; uniform noise in
    [−1, 1] has 1/√3 ≈ 0.577 and frozen noise 0. rank: of the samples' covariance, at float32 precision.
    effective_rank: exp of the entropy of its normalised spectrum (Roy & Vetterli 2007).
    """
    samples = rows(subject.samples, subject.experiment.train.range)
    if not np.isfinite(samples).all():
        return None
    deviation = samples.std(axis=0)
    values = singular_values(samples)
    rank, effective = numerical_rank(values, samples.shape), effective_rank(np.square(values))
    return [float(deviation.mean()), float(deviation.min()), rank, effective]


def singular_values(samples: np.ndarray) -> np.ndarray:
    """Singular values of the centred samples (n, d), which are not squared as a covariance's would be."""
    centred = samples - samples.mean(axis=0)
    if len(centred) > centred.shape[1]:
        centred = np.linalg.qr(centred, mode="r")
    return np.linalg.svd(centred, compute_uv=False)


def numerical_rank(values: np.ndarray, shape: tuple[int, ...]) -> float:
    """Singular values above float32 rounding: larger than the first times ε·max(n, d), NumPy's own rule."""
    return float((values > values[0] * np.finfo(np.float32).eps * max(shape)).sum())


def effective_rank(spectrum: np.ndarray) -> float:
    """exp of the entropy of a spectrum that is made to sum to one; NaN if it is zero."""
    total = spectrum.sum()
    return float(np.exp(entropy(spectrum / total))) if total > 0 else float("nan")
