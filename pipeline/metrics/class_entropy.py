"""Entropy of the classes seen in samples (tempered, C2; dfm, C14)."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values
from pipeline.metrics.entropies import class_chances, of_chances
from pipeline.params.metrics import ClassEntropy


def class_entropy(config: ClassEntropy, subject: Subject) -> Values:
    """class_entropy<count>: entropy in nats of the mean class distribution over all samples.
    class_confidence<count>: mean over samples of the largest class probability.
    conditional_entropy<count>: mean over samples of the entropy of their own class distribution."""
    if not np.isfinite(subject.samples).all():
        return None
    return of_chances(class_chances(subject, "class_entropy"))
