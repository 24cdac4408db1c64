"""Statistics of samples: spread and rank (beta_gan, Fig. 4), and classes seen (beta_gan, C7; dfm, C14)."""

from __future__ import annotations

import numpy as np

from pipeline.errors import PipelineError
from pipeline.metrics import Measure, Subject, rows, uncomputable
from pipeline.metrics.features import of_samples
from pipeline.params.experiment import ClassEntropy, Spread


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

    Raises PipelineError when the data set's feature network gives no classes.
    """
    count = len(subject.samples)
    names = f"class_entropy{count}", f"class_confidence{count}"
    if not np.isfinite(subject.samples).all():
        return uncomputable({names[0]: "higher", names[1]: "higher"})
    logits = of_samples(subject, count, "class_entropy").logits
    if logits is None:
        raise PipelineError(
            "Metric 'class_entropy' needs an extractor with classes, not 'coordinates': remove it."
        )
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances = exponentials / exponentials.sum(axis=1, keepdims=True)
    return {
        names[0]: Measure(entropy(chances.mean(axis=0)), "higher"),
        names[1]: Measure(float(chances.max(axis=1).mean()), "higher"),
    }
