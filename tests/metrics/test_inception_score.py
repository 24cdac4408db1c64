from __future__ import annotations

import math

import numpy as np
import pytest
from metric_subjects import DIGITS, subject

from pipeline.metrics import measure
from pipeline.metrics.features import Extracted, Features
from pipeline.params.metrics import InceptionScore


def score(logits: np.ndarray, groups: int, size: int) -> dict[str, float]:
    made = subject(np.zeros((len(logits), 1, 4, 4), np.uint8), block=DIGITS)
    made.cache["samples"] = Extracted(made.samples, Features(np.zeros((len(logits), 2)), logits))
    return measure(InceptionScore(kind="inception_score", groups=groups, size=size), made)


def test_inception_score_of_a_perfect_classifier_is_the_number_of_classes() -> None:
    logits = 500 * np.tile(np.eye(5), (8, 1))
    found = score(logits, groups=2, size=20)
    assert found["is2x20"] == pytest.approx(5)
    assert found["is2x20_deviation"] == pytest.approx(0, abs=1e-9)
    assert score(np.zeros((40, 5)), 2, 20)["is2x20"] == pytest.approx(1)


def test_inception_score_by_the_formula_over_its_own_groups() -> None:
    logits = np.random.default_rng(6).normal(size=(60, 4)) * 3
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    groups = [
        math.exp(np.mean([(p * np.log(p / part.mean(axis=0))).sum() for p in part]))
        for part in (chances[:20], chances[20:40])
    ]
    found = score(logits, groups=2, size=20)
    assert found["is2x20"] == pytest.approx(np.mean(groups), rel=1e-9)
    assert found["is2x20_deviation"] == pytest.approx(np.std(groups), rel=1e-9)


def test_inception_score_of_real_examples_stands_beside_it() -> None:
    one = subject(np.full((20, 3), np.nan, np.float32))
    block = InceptionScore(kind="inception_score", groups=2, size=10, real=True)
    names = ["is2x10", "is2x10_deviation", "real_is2x10", "real_is2x10_deviation"]
    assert list(measure(block, one)) == names
    one = subject(np.zeros((20, 3), np.float32))
    one.cache["samples"] = Extracted(one.samples, Features(np.zeros((20, 1)), np.zeros((20, 5))))
    one.cache["reference"] = Extracted(
        one.reference, Features(np.zeros((20, 1)), 500 * np.tile(np.eye(5), (4, 1)))
    )
    found = measure(block, one)
    assert found["is2x10"] == pytest.approx(1)
    assert found["real_is2x10"] == pytest.approx(5)
