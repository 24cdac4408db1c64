from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from metric_subjects import DIGITS, subject, values

from pipeline.errors import PipelineError
from pipeline.metrics.features import Extracted, Features
from pipeline.metrics.statistics import class_entropy, effective_rank, factors, spread
from pipeline.params.experiment import ClassEntropy, Factors, Spread

SPREAD = Spread(kind="spread")
ENTROPY = ClassEntropy(kind="class_entropy")
FACTORS = Factors(kind="factors")


@pytest.mark.parametrize("rank", [1, 3, 20])
@pytest.mark.parametrize("count", [15, 400])
def test_rank_of_float32_samples(rank: int, count: int) -> None:
    rng = np.random.default_rng(rank)
    samples = (rng.normal(size=(count, rank)) @ rng.normal(size=(rank, 20)) + 5).astype(np.float32)
    assert values(spread(SPREAD, subject(samples)))["rank"] == min(rank, count - 1)


def test_spread_of_uniform_images_in_units_of_the_range() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3000, 1, 4, 4)).astype(np.uint8)
    found = values(spread(SPREAD, subject(pixels, block=DIGITS)))
    assert found["std_mean"] == pytest.approx(1 / math.sqrt(3), abs=0.01)
    assert found["std_min"] <= found["std_mean"]
    assert found["rank"] == 16
    assert found["effective_rank"] == pytest.approx(16, abs=0.2)


def test_least_deviation_is_that_of_the_frozen_coordinate() -> None:
    samples = np.array([[-1.0, 0.3], [1.0, 0.3]], np.float32)
    found = values(spread(SPREAD, subject(samples)))
    assert (found["std_mean"], found["std_min"], found["rank"]) == pytest.approx((0.5, 0.0, 1.0))


def test_frozen_noise_and_samples_that_are_not_finite() -> None:
    frozen = values(spread(SPREAD, subject(np.full((10, 3), 0.25, np.float32))))
    assert (frozen["std_mean"], frozen["rank"]) == (0.0, 0.0)
    assert math.isnan(frozen["effective_rank"])
    lost = values(spread(SPREAD, subject(np.full((10, 3), np.nan, np.float32))))
    assert set(lost) == set(frozen)
    assert np.isnan(list(lost.values())).all()


def test_effective_rank_of_equal_and_of_single_spectra() -> None:
    assert effective_rank(np.ones(7)) == pytest.approx(7)
    assert effective_rank(np.array([3.0, 0.0])) == pytest.approx(1)


def with_logits(logits: np.ndarray):
    """A subject whose samples have been through a network with these logits."""
    made = subject(np.zeros((len(logits), 1, 4, 4), np.uint8), block=DIGITS)
    made.cache["samples"] = Extracted(made.samples, Features(np.zeros((len(logits), 2)), logits))
    return made


def test_class_entropy_of_sure_and_of_unsure_predictions() -> None:
    sure = values(class_entropy(ENTROPY, with_logits(500 * np.eye(4).repeat(5, axis=0))))
    assert sure["class_entropy20"] == pytest.approx(math.log(4))
    assert sure["class_confidence20"] == pytest.approx(1)
    one_class = values(class_entropy(ENTROPY, with_logits(np.array([[500.0, 0.0]] * 3))))
    assert one_class["class_entropy3"] == pytest.approx(0)
    unsure = values(class_entropy(ENTROPY, with_logits(np.zeros((6, 10)))))
    assert unsure["class_entropy6"] == pytest.approx(math.log(10))
    assert unsure["class_confidence6"] == pytest.approx(0.1)


def test_class_entropy_needs_classes_and_finite_samples() -> None:
    with pytest.raises(PipelineError, match="extractor with classes"):
        class_entropy(ENTROPY, subject(np.zeros((4, 3), np.float32)))
    lost = subject(np.full((4, 1, 4, 4), np.nan, np.float32), block=DIGITS, extractor=Path("absent.pt"))
    assert np.isnan(list(values(class_entropy(ENTROPY, lost)).values())).all()


def test_conditional_entropy_is_that_of_single_samples() -> None:
    one_each = values(class_entropy(ENTROPY, with_logits(500 * np.eye(4))))
    assert one_each["conditional_entropy4"] == pytest.approx(0)
    chances = np.array([[0.5, 0.5], [0.9, 0.1]])
    mixed = values(class_entropy(ENTROPY, with_logits(np.log(chances))))
    own = [-(p * np.log(p)).sum() for p in chances]
    assert mixed["conditional_entropy2"] == pytest.approx(np.mean(own))
    assert mixed["class_entropy2"] > mixed["conditional_entropy2"]


def test_factors_are_the_margins_of_the_joint_classes() -> None:
    first, second = np.array([[0.7, 0.3], [1.0, 0.0]]), np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])
    joint = (first[:, :, None] * second[:, None, :]).reshape(2, 6)
    with np.errstate(divide="ignore"):
        made = with_logits(np.maximum(np.log(joint), -800.0))
    made.dataset.about["classes"] = [2, 3]
    found = values(factors(FACTORS, made))
    for place, chances in enumerate((first, second)):
        mean = chances.mean(axis=0)
        assert found[f"factor{place}_entropy2"] == pytest.approx(-(mean * np.log(mean)).sum())
        assert found[f"factor{place}_confidence2"] == pytest.approx(chances.max(axis=1).mean())
    own = [-(p[p > 0] * np.log(p[p > 0])).sum() for p in first]
    assert found["factor0_conditional_entropy2"] == pytest.approx(np.mean(own))


def test_factors_need_the_classes_of_the_data_set() -> None:
    with pytest.raises(PipelineError, match="needs an extractor with the data set's own 2 classes, but this"):
        factors(FACTORS, with_logits(np.zeros((4, 10))))
    lost = subject(np.full((4, 1, 4, 4), np.nan, np.float32), block=DIGITS, extractor=Path("absent.pt"))
    assert np.isnan(list(values(factors(FACTORS, lost)).values())).all()
