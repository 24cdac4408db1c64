"""Entropy of each factor of the classes seen in samples (tempered, C2)."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values
from pipeline.metrics.entropies import class_chances, of_chances
from pipeline.params.metrics import Factors


def factors(config: Factors, subject: Subject) -> Values:
    """What class_entropy says of classes, of each factor of the data set's classes by itself, such as the
    digit in each colour: factor<i>_entropy<count>, factor<i>_confidence<count>,
    factor<i>_conditional_entropy<count>."""
    count, classes = len(subject.samples), list(subject.dataset.about["classes"])
    if not np.isfinite(subject.samples).all():
        return None
    joint = class_chances(subject, "factors")
    table = joint.reshape(count, *classes)
    found: list[float] = []
    for place in range(len(classes)):
        others = tuple(axis for axis in range(1, table.ndim) if axis != place + 1)
        found += of_chances(table.sum(axis=others))
    return found
