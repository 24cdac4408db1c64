from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from configs import changed
from metric_subjects import DIGITS, subject, with_logits

from pipeline.metrics import measure
from pipeline.params.metrics import Factors

FACTORS = Factors(kind="factors")
FACES = changed(
    DIGITS,
    {
        "prepare": {
            "kind": "celeba", "crop": 160, "size": 28, "attributes": ["Male"],
            "yaw_bins": 3, "yaw_thresholds": [-0.1, 0.1],
        }
    },
)  # fmt: skip


def test_factors_are_the_margins_of_the_joint_classes() -> None:
    first, second = np.array([[0.7, 0.3], [1.0, 0.0]]), np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])
    joint = (first[:, :, None] * second[:, None, :]).reshape(2, 6)
    with np.errstate(divide="ignore"):
        made = with_logits(np.maximum(np.log(joint), -800.0), FACES)
    made.dataset.about["classes"] = [2, 3]
    found = measure(FACTORS, made)
    for place, chances in enumerate((first, second)):
        mean = chances.mean(axis=0)
        assert found[f"factor{place}_entropy2"] == pytest.approx(-(mean * np.log(mean)).sum())
        assert found[f"factor{place}_confidence2"] == pytest.approx(chances.max(axis=1).mean())
    own = [-(p[p > 0] * np.log(p[p > 0])).sum() for p in first]
    assert found["factor0_conditional_entropy2"] == pytest.approx(np.mean(own))


def test_factors_need_finite_samples() -> None:
    lost = subject(np.full((4, 1, 4, 4), np.nan, np.float32), block=DIGITS, extractor=Path("absent.pt"))
    assert np.isnan(list(measure(FACTORS, lost).values())).all()
