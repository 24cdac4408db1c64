"""Entropies: of a distribution, and of the classes that a feature network sees in samples."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject
from pipeline.metrics.features import of_samples


def entropy(probabilities: np.ndarray) -> float:
    """−Σ p log p in nats."""
    positive = probabilities[probabilities > 0]
    return float(-(positive * np.log(positive)).sum())


def class_chances(subject: Subject, metric: str) -> np.ndarray:
    """P(class | sample) of all samples, (n, classes)."""
    logits = of_samples(subject, len(subject.samples), metric).logits
    assert logits is not None
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: np.ndarray = exponentials / exponentials.sum(axis=1, keepdims=True)
    return chances


def of_chances(chances: np.ndarray) -> tuple[float, float, float]:
    """Of P(class | sample) (n, classes): entropy of the mean, mean of the largest, mean of the entropies."""
    own = -(chances * np.log(np.where(chances > 0, chances, 1.0))).sum(axis=1)
    return entropy(chances.mean(axis=0)), float(chances.max(axis=1).mean()), float(own.mean())
