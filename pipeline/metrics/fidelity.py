"""FID, KID, precision and recall, from features extracted once per array.

KID, precision and recall are torch-fidelity's.
"""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values, first
from pipeline.metrics.features import of_reference, of_samples
from pipeline.metrics.frechet import distance_to_reference
from pipeline.params.metrics import Fidelity

# torch-fidelity's own protocol for KID: the mean over 100 subsets of 1,000.
KID_SUBSETS, KID_SUBSET_SIZE = 100, 1000


def fidelity(config: Fidelity, subject: Subject) -> Values:
    """fid<count>, kid<count>, precision<count>, recall<count>: `count` samples against as many real examples.

    KID is the unbiased squared MMD of all examples at once, or the mean over random subsets where
    there are more than 1,000 (Bińkowski et al. 2018). Precision and recall use balls that reach to the
    third neighbour (Kynkäänniemi et al. 2019).
    """
    count = config.count
    samples = first(subject.samples, count, "samples (sample.count)", "fidelity")
    if not np.isfinite(samples).all():
        return None
    generated = of_samples(subject, count, "fidelity").values
    real = of_reference(subject, count, "fidelity").values
    found: list[float] = []
    for kind in dict.fromkeys(config.measures):
        if kind == "fid":
            found.append(distance_to_reference(generated, subject, "fidelity"))
        elif kind == "kid":
            found.append(_kid(generated, real))
        else:
            found += _precision_recall(generated, real)
    return found


def _kid(generated: np.ndarray, real: np.ndarray) -> float:
    import torch
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, kid_features_to_metric

    size = min(KID_SUBSET_SIZE, len(generated))
    mmd = kid_features_to_metric(
        torch.from_numpy(generated),
        torch.from_numpy(real),
        kid_subsets=1 if size == len(generated) else KID_SUBSETS,
        kid_subset_size=size,
        verbose=False,
    )
    return float(mmd[KEY_METRIC_KID_MEAN])


def _precision_recall(generated: np.ndarray, real: np.ndarray) -> tuple[float, float]:
    import torch
    from torch_fidelity.metric_prc import KEY_METRIC_PRECISION, KEY_METRIC_RECALL, prc_features_to_metric

    found = prc_features_to_metric(torch.from_numpy(generated), torch.from_numpy(real), verbose=False)
    return float(found[KEY_METRIC_PRECISION]), float(found[KEY_METRIC_RECALL])
