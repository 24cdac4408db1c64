"""Entropy of the classes seen in samples (tempered, C2; dfm, C14)."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Measure, Subject, measured, uncomputable
from pipeline.metrics.entropies import class_chances, of_chances
from pipeline.params.metrics import ClassEntropy


def class_entropy(config: ClassEntropy, subject: Subject) -> dict[str, Measure]:
    """class_entropy<count>: entropy in nats of the mean class distribution over all samples.
    class_confidence<count>: mean over samples of the largest class probability.
    conditional_entropy<count>: mean over samples of the entropy of their own class distribution.

    Raises PipelineError when the data set's feature network gives no classes.
    """
    names = config.names(subject.scope)
    if not np.isfinite(subject.samples).all():
        return uncomputable(names)
    return measured(names, of_chances(class_chances(subject, "class_entropy")))
