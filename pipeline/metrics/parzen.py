"""Parzen-window log-likelihood (gan, slide "Disadvantages" and Table 1).

A likelihood of image data depends on their scale: for this metric pixels always run from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.metrics import Subject, Values, first, rows
from pipeline.params.metrics import Parzen

# Float64 distances held at once: enough for a fast matrix product, little enough for a small machine.
HELD = 2**21
# Distances in the inner loop, so that they and their exponentials stay in a processor's cache.
CACHED = 2**16
# Up to here coordinate differences are as fast as a matrix product.
FEW_DIMENSIONS = 8
# exp of less is subnormal: it adds nothing and is several times slower.
LOWEST_EXPONENT = -700.0


def parzen(config: Parzen, subject: Subject) -> Values:
    """Mean log-likelihood of the test split in nats, its standard error over test examples, and σ.

    σ is the one of `sigmas` log-spaced values that is likeliest for the first `validation` examples
    of the validation split. The standard error is std/√N.
    """
    samples = first(subject.samples, config.samples, "samples (sample.count)", "parzen")
    if not np.isfinite(samples).all():
        return None
    validation, test = (unit_scale(subject.dataset.part(part)[0], subject) for part in ("validation", "test"))
    samples = unit_scale(samples, subject)
    validation = first(validation, config.validation, "validation examples", "parzen")
    low, high = config.sigma_range
    sigmas = np.geomspace(low, high, config.sigmas)
    sigma = float(sigmas[log_likelihood(samples, validation, sigmas).mean(axis=1).argmax()])
    nats = log_likelihood(samples, test, sigma)
    return [float(nats.mean()), float(nats.std() / np.sqrt(len(nats))), sigma]


def unit_scale(data: np.ndarray, subject: Subject) -> np.ndarray:
    """Float64 rows (n, d): images mapped to [0, 1], points as they are."""
    low, high = subject.experiment.train.range
    values = rows(data, (low, high))
    return (values - low) / (high - low) if data.ndim == 4 else values


def log_likelihood(
    samples: np.ndarray, points: np.ndarray, sigma: float | Sequence[float] | np.ndarray
) -> np.ndarray:
    """log 1/n Σ_i N(point; sample_i, σ²I) in nats, for each point.

    samples: (n, …), points: (m, …), flattened to the same d coordinates. One σ gives (m,); a sequence
    gives (len(sigma), m) from a single computation of the distances. Everything is float64.
    Raises PipelineError when the shapes do not agree or a σ is not positive.
    """
    sigmas = np.atleast_1d(np.asarray(sigma, dtype=np.float64))
    samples, points = (np.asarray(rows, np.float64).reshape(len(rows), -1) for rows in (samples, points))
    if not len(samples) or samples.shape[1] != points.shape[1]:
        raise PipelineError(
            f"Parzen windows need samples and points of one size, not {samples.shape} and {points.shape}."
        )
    if not (np.isfinite(sigmas) & (sigmas > 0)).all():
        raise PipelineError(f"The width of a Parzen window must be positive, not {sigma}.")
    centre = samples.mean(axis=0)
    samples, points = samples - centre, points - centre
    exact = _cancellation_hurts(samples, points, float(sigmas.min()))
    count, dim = samples.shape
    rows = max(1, HELD // count)
    result = np.empty((len(sigmas), len(points)))
    for start in range(0, len(points), rows):
        part = slice(start, start + rows)
        squared = _squared_distances(points[part], samples, exact)
        result[:, part] = _log_sum_exp(squared, -0.5 / sigmas**2)
    result -= (np.log(count) + dim * np.log(sigmas) + dim / 2 * np.log(2 * np.pi))[:, None]
    return result if np.ndim(sigma) else result[0]


def _cancellation_hurts(samples: np.ndarray, points: np.ndarray, sigma: float) -> bool:
    """Whether rounding of ‖x‖² + ‖y‖² − 2xy could reach 1e-8 nats, or differences cost nothing anyway."""
    if samples.shape[1] <= FEW_DIMENSIONS:
        return True
    largest = max(float(np.square(rows).sum(axis=1).max(initial=0)) for rows in (samples, points))
    return bool(4 * np.finfo(float).eps * largest / sigma**2 > 1e-8)


def _squared_distances(points: np.ndarray, samples: np.ndarray, exact: bool) -> np.ndarray:
    """‖point − sample‖² as (m, n), from differences or from one matrix product."""
    if exact:
        from scipy.spatial.distance import cdist

        return cdist(points, samples, "sqeuclidean")
    squared = points @ samples.T
    squared *= -2
    squared += np.square(points).sum(axis=1)[:, None]
    squared += np.square(samples).sum(axis=1)
    return np.maximum(squared, 0, out=squared)


def _log_sum_exp(squared: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """log Σ_j exp(factors[k]·squared[i, j]) as (k, i); `squared` is overwritten."""
    result = np.empty((len(factors), len(squared)))
    step = max(1, CACHED // squared.shape[1])
    buffer = np.empty((step, squared.shape[1]))
    for start in range(0, len(squared), step):
        part = squared[start : start + step]
        terms = buffer[: len(part)]
        nearest = part.min(axis=1)
        part -= nearest[:, None]
        farthest = part.max()
        for k, factor in enumerate(factors):
            np.multiply(part, factor, out=terms)
            if factor * farthest < LOWEST_EXPONENT:
                np.maximum(terms, LOWEST_EXPONENT, out=terms)
            np.exp(terms, out=terms)
            result[k, start : start + step] = np.log(terms.sum(axis=1)) + factor * nearest
    return result
