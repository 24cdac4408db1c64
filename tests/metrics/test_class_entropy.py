from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from metric_subjects import DIGITS, subject, with_logits

from pipeline.metrics import measure
from pipeline.params.metrics import ClassEntropy

ENTROPY = ClassEntropy(kind="class_entropy")


def test_class_entropy_of_sure_and_of_unsure_predictions() -> None:
    sure = measure(ENTROPY, with_logits(500 * np.eye(4).repeat(5, axis=0)))
    assert sure["class_entropy20"] == pytest.approx(math.log(4))
    assert sure["class_confidence20"] == pytest.approx(1)
    one_class = measure(ENTROPY, with_logits(np.array([[500.0, 0.0]] * 3)))
    assert one_class["class_entropy3"] == pytest.approx(0)
    unsure = measure(ENTROPY, with_logits(np.zeros((6, 10))))
    assert unsure["class_entropy6"] == pytest.approx(math.log(10))
    assert unsure["class_confidence6"] == pytest.approx(0.1)


def test_class_entropy_needs_finite_samples() -> None:
    lost = subject(np.full((4, 1, 4, 4), np.nan, np.float32), block=DIGITS, extractor=Path("absent.pt"))
    assert np.isnan(list(measure(ENTROPY, lost).values())).all()


def test_conditional_entropy_is_that_of_single_samples() -> None:
    one_each = measure(ENTROPY, with_logits(500 * np.eye(4)))
    assert one_each["conditional_entropy4"] == pytest.approx(0)
    chances = np.array([[0.5, 0.5], [0.9, 0.1]])
    mixed = measure(ENTROPY, with_logits(np.log(chances)))
    own = [-(p * np.log(p)).sum() for p in chances]
    assert mixed["conditional_entropy2"] == pytest.approx(np.mean(own))
    assert mixed["class_entropy2"] > mixed["conditional_entropy2"]
