"""Statistics of samples: spread and rank (beta_gan, Fig. 4), and classes seen (beta_gan, C7; tempered, C2;
dfm, C14)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.errors import PipelineError
from pipeline.metrics import Better, Measure, Subject, rows, uncomputable
from pipeline.metrics.features import of_samples
from pipeline.params.experiment import ClassEntropy, Factors, Spread


def spread(config: Spread, subject: Subject) -> dict[str, Measure]:
    """Frozen-noise statistics of all samples, in units of the run's `range`.

    std_mean, std_min: mean and least over coordinates of the deviation over samples; uniform noise in
    [−1, 1] has 1/√3 ≈ 0.577 and frozen noise 0. rank: of the samples' covariance, at float32 precision.
    effective_rank: exp of the entropy of its normalised spectrum (Roy & Vetterli 2007).
    """
    samples = rows(subject.samples, subject.experiment.train.range)
    if not np.isfinite(samples).all():
        return uncomputable(
            {"std_mean": "neither", "std_min": "neither", "rank": "higher", "effective_rank": "higher"}
        )
    deviation = samples.std(axis=0)
    values = singular_values(samples)
    return {
        "std_mean": Measure(float(deviation.mean()), "neither"),
        "std_min": Measure(float(deviation.min()), "neither"),
        "rank": Measure(numerical_rank(values, samples.shape), "higher"),
        "effective_rank": Measure(effective_rank(np.square(values)), "higher"),
    }


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


def entropy(probabilities: np.ndarray) -> float:
    """−Σ p log p in nats."""
    positive = probabilities[probabilities > 0]
    return float(-(positive * np.log(positive)).sum())


def class_entropy(config: ClassEntropy, subject: Subject) -> dict[str, Measure]:
    """class_entropy<count>: entropy in nats of the mean class distribution over all samples.
    class_confidence<count>: mean over samples of the largest class probability.
    conditional_entropy<count>: mean over samples of the entropy of their own class distribution.

    Raises PipelineError when the data set's feature network gives no classes.
    """
    count = len(subject.samples)
    better: dict[str, Better] = {
        f"class_entropy{count}": "higher",
        f"class_confidence{count}": "higher",
        f"conditional_entropy{count}": "lower",
    }
    if not np.isfinite(subject.samples).all():
        return uncomputable(better)
    found = _entropies(_chances(subject, "class_entropy"))
    return {name: Measure(value, better[name]) for name, value in zip(better, found, strict=True)}


def factors(config: Factors, subject: Subject) -> dict[str, Measure]:
    """The same of each factor of the data set's classes by itself, such as the digit in each colour:
    factor<i>_entropy<count>, factor<i>_confidence<count>, factor<i>_conditional_entropy<count>.

    Raises PipelineError when the feature network's classes are not those of the data set.
    """
    count, classes = len(subject.samples), list(subject.dataset.about["classes"])
    directions: dict[str, Better] = {
        "entropy": "higher",
        "confidence": "higher",
        "conditional_entropy": "lower",
    }
    better: dict[str, Better] = {
        f"factor{place}_{name}{count}": direction
        for place in range(len(classes))
        for name, direction in directions.items()
    }
    if not np.isfinite(subject.samples).all():
        return uncomputable(better)
    joint = _chances(subject, "factors")
    if joint.shape[1] != math.prod(classes):
        raise PipelineError(
            f"Metric 'factors' needs an extractor with the data set's own {math.prod(classes)} classes, but "
            f"this one has {joint.shape[1]}: use kind 'classifier', or remove the metric."
        )
    table = joint.reshape(count, *classes)
    found: list[float] = []
    for place in range(len(classes)):
        others = tuple(axis for axis in range(1, table.ndim) if axis != place + 1)
        found += _entropies(table.sum(axis=others))
    return {name: Measure(value, better[name]) for name, value in zip(better, found, strict=True)}


def _chances(subject: Subject, metric: str) -> np.ndarray:
    """P(class | sample) of all samples, (n, classes). Raises PipelineError when there are no classes."""
    logits = of_samples(subject, len(subject.samples), metric).logits
    if logits is None:
        raise PipelineError(
            f"Metric '{metric}' needs an extractor with classes, not 'coordinates': remove it."
        )
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: np.ndarray = exponentials / exponentials.sum(axis=1, keepdims=True)
    return chances


def _entropies(chances: np.ndarray) -> tuple[float, float, float]:
    """Of P(class | sample) (n, classes): entropy of the mean, mean of the largest, mean of the entropies."""
    own = -(chances * np.log(np.where(chances > 0, chances, 1.0))).sum(axis=1)
    return entropy(chances.mean(axis=0)), float(chances.max(axis=1).mean()), float(own.mean())
