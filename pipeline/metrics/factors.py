"""Entropy of each factor of the classes seen in samples (tempered, C2)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.metrics import Measure, Subject, measured, uncomputable
from pipeline.metrics.entropies import class_chances, of_chances
from pipeline.params.metrics import Factors


def factors(config: Factors, subject: Subject) -> dict[str, Measure]:
    """What class_entropy says of classes, of each factor of the data set's classes by itself, such as the
    digit in each colour: factor<i>_entropy<count>, factor<i>_confidence<count>,
    factor<i>_conditional_entropy<count>.

    Raises PipelineError when the feature network's classes are not those of the data set.
    """
    count, classes = len(subject.samples), list(subject.dataset.about["classes"])
    names = config.names(subject.scope)
    if not np.isfinite(subject.samples).all():
        return uncomputable(names)
    joint = class_chances(subject, "factors")
    if joint.shape[1] != math.prod(classes):
        raise PipelineError(
            f"Metric 'factors' needs an extractor with the data set's own {math.prod(classes)} classes, but "
            f"this one has {joint.shape[1]}: use kind 'classifier', or remove the metric."
        )
    table = joint.reshape(count, *classes)
    found: list[float] = []
    for place in range(len(classes)):
        others = tuple(axis for axis in range(1, table.ndim) if axis != place + 1)
        found += of_chances(table.sum(axis=others))
    return measured(names, found)
