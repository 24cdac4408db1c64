"""FID of what G makes of independent ±1 inputs in place of the prior's (aan, C5)."""

from __future__ import annotations

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.metrics import Measure, Subject, measured, uncomputable
from pipeline.metrics.features import of_array
from pipeline.metrics.frechet import distance_to_reference
from pipeline.params.metrics import SignsFidelity


def signs_fidelity(config: SignsFidelity, subject: Subject) -> dict[str, Measure]:
    """fid_signs<count>: only the last snapshot has such samples.

    Raises PipelineError when the experiment keeps none, or too few.
    """
    names, asked = config.names(subject.scope), subject.experiment.sample.signs or 0
    if asked < config.count:
        raise PipelineError(
            f"Metric 'signs_fidelity' needs {config.count} samples from ±1 inputs, but sample.signs asks for "
            f"{asked}: raise it."
        )
    if "signs" not in subject.arrays or not np.isfinite(subject.arrays["signs"]).all():
        return uncomputable(names)
    generated = of_array(subject, subject.arrays["signs"][: config.count]).values
    return measured(names, [distance_to_reference(generated, subject, "signs_fidelity")])
