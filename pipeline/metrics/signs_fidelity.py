"""FID of what G makes of independent ±1 inputs in place of the prior's (aan, C5)."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values
from pipeline.metrics.features import of_array
from pipeline.metrics.frechet import distance_to_reference
from pipeline.params.metrics import SignsFidelity


def signs_fidelity(config: SignsFidelity, subject: Subject) -> Values:
    """fid_signs<count>: only the last snapshot has such samples."""
    if "signs" not in subject.arrays or not np.isfinite(subject.arrays["signs"]).all():
        return None
    generated = of_array(subject, subject.arrays["signs"][: config.count]).values
    return [distance_to_reference(generated, subject, "signs_fidelity")]
