from __future__ import annotations

import math

import numpy as np
import pytest
from metric_subjects import subject

from pipeline.metrics import measure
from pipeline.params.metrics import Fidelity, SignsFidelity


def test_samples_from_signs_are_held_against_the_same_examples() -> None:
    rng = np.random.default_rng(8)
    real = rng.normal(size=(60, 3)).astype(np.float32)
    config = SignsFidelity(kind="signs_fidelity", count=50)
    made = rng.normal(size=(55, 3)).astype(np.float32)
    one = subject(made, real, arrays={"signs": made}, sample__signs=55)
    plain = measure(Fidelity(kind="fidelity", count=50, measures=["fid"]), one)
    assert measure(config, one)["fid_signs50"] == pytest.approx(plain["fid50"], rel=1e-9)
    earlier = subject(made, real, sample__signs=55)
    assert math.isnan(measure(config, earlier)["fid_signs50"])
