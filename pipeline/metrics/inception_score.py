"""Inception score, torch-fidelity's, of features extracted once per array."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values, first
from pipeline.metrics.features import Features, of_reference, of_samples
from pipeline.params.metrics import InceptionScore


def inception_score(config: InceptionScore, subject: Subject) -> Values:
    """is<groups>x<size>: exp E KL(p(y|x) ‖ p(y)), the mean over groups of samples (dfm, Eq. 3).

    is<groups>x<size>_deviation: the deviation over groups. The same of real examples, if asked for, has
    `real_` before it.
    """
    count = config.groups * config.size
    samples = first(subject.samples, count, "samples (sample.count)", "inception_score")
    if not np.isfinite(samples).all():
        return None
    found = _score(config, of_samples(subject, count, "inception_score"))
    if config.real:
        found += _score(config, of_reference(subject, count, "inception_score"))
    return found


def _score(config: InceptionScore, features: Features) -> list[float]:
    """Mean and deviation over groups."""
    assert features.logits is not None
    import torch
    from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, KEY_METRIC_ISC_STD, isc_features_to_metric

    score = isc_features_to_metric(torch.from_numpy(features.logits), splits=config.groups, shuffle=False)
    return [score[KEY_METRIC_ISC_MEAN], score[KEY_METRIC_ISC_STD]]
