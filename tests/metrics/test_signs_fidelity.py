from __future__ import annotations

import math

import numpy as np
import pytest
from metric_subjects import subject, values

from pipeline.base.errors import PipelineError
from pipeline.metrics.fidelity import fidelity
from pipeline.metrics.signs_fidelity import signs_fidelity
from pipeline.params.metrics import Fidelity, SignsFidelity


def test_samples_from_signs_are_held_against_the_same_examples() -> None:
    rng = np.random.default_rng(8)
    real = rng.normal(size=(60, 3)).astype(np.float32)
    config = SignsFidelity(kind="signs_fidelity", count=50)
    made = rng.normal(size=(55, 3)).astype(np.float32)
    one = subject(made, real, arrays={"signs": made}, sample__signs=55)
    plain = values(fidelity(Fidelity(kind="fidelity", count=50, measures=["fid"]), one))
    assert values(signs_fidelity(config, one))["fid_signs50"] == pytest.approx(plain["fid50"], rel=1e-9)
    earlier = subject(made, real, sample__signs=55)
    assert math.isnan(values(signs_fidelity(config, earlier))["fid_signs50"])
    with pytest.raises(PipelineError, match=r"needs 50 samples from ±1 inputs, but sample\.signs asks for 0"):
        signs_fidelity(config, subject(made, real))
