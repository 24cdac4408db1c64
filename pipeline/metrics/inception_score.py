"""Inception score, torch-fidelity's, of features extracted once per array."""

from __future__ import annotations

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.metrics import Measure, Subject, first, measured, uncomputable
from pipeline.metrics.features import Features, of_reference, of_samples
from pipeline.params.metrics import InceptionScore


def inception_score(config: InceptionScore, subject: Subject) -> dict[str, Measure]:
    """is<groups>x<size>: exp E KL(p(y|x) ‖ p(y)), the mean over groups of samples (dfm, Eq. 3).

    is<groups>x<size>_deviation: the deviation over groups. The same of real examples, if asked for, has
    `real_` before it. Raises PipelineError when there are no classes.
    """
    names, count = config.names(subject.scope), config.groups * config.size
    samples = first(subject.samples, count, "samples (sample.count)", "inception_score")
    if not np.isfinite(samples).all():
        return uncomputable(names)
    found = _score(config, of_samples(subject, count, "inception_score"))
    if config.real:
        found += _score(config, of_reference(subject, count, "inception_score"))
    return measured(names, found)


def _score(config: InceptionScore, features: Features) -> list[float]:
    """Mean and deviation over groups. Raises PipelineError when the feature network gives no classes."""
    if features.logits is None:
        raise PipelineError(
            "Metric 'inception_score' needs an extractor with classes, not 'coordinates': remove it."
        )
    import torch
    from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, KEY_METRIC_ISC_STD, isc_features_to_metric

    score = isc_features_to_metric(torch.from_numpy(features.logits), splits=config.groups, shuffle=False)
    return [score[KEY_METRIC_ISC_MEAN], score[KEY_METRIC_ISC_STD]]
