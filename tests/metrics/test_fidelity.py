from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from metric_subjects import DIGITS, MIXTURE, subject, values

from pipeline.errors import PipelineError
from pipeline.metrics import fidelity as module
from pipeline.metrics.features import Extracted, Features
from pipeline.metrics.fidelity import fidelity, frechet_distance, gaussian, inception_score, signs_fidelity
from pipeline.params.experiment import Fidelity, InceptionScore, SignsFidelity


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    return frechet_distance(gaussian(a), gaussian(b).with_root())


def test_distance_of_gaussians_in_closed_form() -> None:
    rng = np.random.default_rng(0)
    whitened = rng.normal(size=(400, 3))
    whitened -= whitened.mean(axis=0)
    whitened = whitened @ np.linalg.inv(np.linalg.cholesky(np.cov(whitened, rowvar=False))).T
    a = whitened * [1.0, 2.0, 0.5] + [1.0, 0.0, 0.0]
    b = whitened * [3.0, 2.0, 1.5] + [0.0, 2.0, 0.0]
    # commuting covariances: ‖Δμ‖² + Σ (σ_a − σ_b)²
    assert frechet(a, b) == pytest.approx(1 + 4 + 4 + 0 + 1, rel=1e-9)


def test_distance_in_one_dimension() -> None:
    a, b = np.array([[0.0], [2.0]]), np.array([[1.0], [7.0]])
    deviations = math.sqrt(2), math.sqrt(18)
    assert frechet(a, b) == pytest.approx(9 + (deviations[1] - deviations[0]) ** 2)


@pytest.mark.parametrize("rank", [4, 12])
def test_distance_to_itself_is_zero(rank: int) -> None:
    rng = np.random.default_rng(1)
    features = np.maximum(rng.normal(size=(300, rank)) @ rng.normal(size=(rank, 12)), 0)
    assert frechet(features, features) == pytest.approx(0, abs=1e-6 * np.trace(np.cov(features.T)))


@pytest.mark.parametrize(("count", "width"), [(300, 40), (1000, 256), (100, 128)])
def test_distance_equals_torch_fidelity(count: int, width: int) -> None:
    """More examples than features, and fewer, where the covariances have no full rank."""
    import torch
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_features_to_statistics, fid_statistics_to_metric

    rng = np.random.default_rng(2)
    mixing = rng.normal(size=(width, width)) / width**0.5
    a = np.maximum(rng.normal(size=(count, width)) @ mixing, 0)
    b = np.maximum(rng.normal(size=(count - 50, width)) @ (1.2 * mixing), 0)
    theirs = fid_statistics_to_metric(
        *(fid_features_to_statistics(torch.from_numpy(side)) for side in (a, b)), verbose=False
    )
    assert frechet(a, b) == pytest.approx(theirs[KEY_METRIC_FID], rel=1e-6)


def test_root_is_one_whatever_the_rank() -> None:
    rng = np.random.default_rng(8)
    for count, rank in ((300, 3), (300, 12), (9, 12), (12, 3)):
        made = gaussian(rng.normal(size=(count, rank)) @ rng.normal(size=(rank, 12))).with_root()
        assert made.root is not None
        np.testing.assert_allclose(made.root @ made.root.T, made.covariance, atol=1e-12)


def kernel(x: np.ndarray, y: np.ndarray) -> float:
    return float((x @ y / len(x) + 1) ** 3)


def test_kid_and_precision_recall_by_brute_force() -> None:
    rng = np.random.default_rng(3)
    n = 24
    fake, real = rng.normal(size=(n, 3)).astype(np.float32), 0.5 * rng.normal(size=(n, 3)).astype(np.float32)
    config = Fidelity(kind="fidelity", count=n, measures=["kid", "prc"])
    found = values(fidelity(config, subject(fake, real)))

    x, y = fake.astype(float), real.astype(float)
    within = sum(kernel(a, b) for s in (x, y) for i, a in enumerate(s) for j, b in enumerate(s) if i != j)
    between = sum(kernel(a, b) for a in x for b in y)
    assert found["kid24"] == pytest.approx(within / (n * (n - 1)) - 2 * between / n**2, rel=1e-9)

    def covered(inner: np.ndarray, outer: np.ndarray) -> float:
        radii = np.array([np.sort(np.linalg.norm(outer - centre, axis=1))[3] for centre in outer])
        return float(np.mean([(np.linalg.norm(outer - point, axis=1) <= radii).any() for point in inner]))

    assert found["precision24"] == pytest.approx(covered(x, y))
    assert found["recall24"] == pytest.approx(covered(y, x))
    assert found["precision24"] < found["recall24"]


NO_TORCH = """
import sys
import numpy as np
from metric_subjects import subject
from pipeline.metrics.fidelity import fidelity
from pipeline.params.experiment import Fidelity

points = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
config = Fidelity(kind="fidelity", count=50, measures=["fid"])
assert abs(fidelity(config, subject(points, points[::-1]))["fid50"].value) < 1e-6
assert "torch" not in sys.modules
"""


def test_kid_of_many_is_a_mean_over_subsets(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    fake, real = rng.normal(size=(60, 2)).astype(np.float32) + 1, rng.normal(size=(60, 2)).astype(np.float32)
    config = Fidelity(kind="fidelity", count=60, measures=["kid"])
    whole = values(fidelity(config, subject(fake, real)))["kid60"]
    monkeypatch.setattr(module, "KID_SUBSET_SIZE", 30)
    subsets = values(fidelity(config, subject(fake, real)))["kid60"]
    assert subsets != whole
    assert subsets == pytest.approx(whole, rel=0.1)


def test_points_need_no_network_and_no_torch() -> None:
    tests = Path(__file__).parents[1]
    places = {"PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"}
    subprocess.run([sys.executable, "-c", NO_TORCH], check=True, env=os.environ | places)


def test_reference_is_a_fixed_draw_whatever_the_metric() -> None:
    rng = np.random.default_rng(4)
    real = rng.normal(size=(500, 3)).astype(np.float32)
    real = real[real[:, 0].argsort()]
    fake = rng.normal(size=(100, 3)).astype(np.float32)
    config = Fidelity(kind="fidelity", count=100, measures=["fid"])
    one, other = (values(fidelity(config, subject(fake, real))) for _ in range(2))
    assert one == other
    # the first hundred of the sorted examples would lie far away
    assert one["fid100"] < 0.2 < frechet(fake.astype(float), real[:100].astype(float))


def test_too_few_examples_are_refused() -> None:
    config = Fidelity(kind="fidelity", count=100, measures=["fid"])
    enough, few = np.zeros((100, 3), np.float32), np.zeros((99, 3), np.float32)
    with pytest.raises(PipelineError, match="needs 100 samples .*, but there are 99"):
        fidelity(config, subject(few, enough))
    with pytest.raises(PipelineError, match="examples in the reference split 'test', but there are 99"):
        fidelity(config, subject(enough, few))


@pytest.mark.parametrize("fill", [0.0, np.nan])
def test_constant_and_lost_samples(fill: float) -> None:
    config = Fidelity(kind="fidelity", count=30, measures=["fid", "kid", "prc"])
    real = np.random.default_rng(5).normal(size=(30, 3)).astype(np.float32)
    found = values(fidelity(config, subject(np.full((30, 3), fill, np.float32), real, MIXTURE)))
    assert list(found) == ["fid30", "kid30", "precision30", "recall30"]
    assert np.isfinite(list(found.values())).all() == (fill == 0.0)


def score(logits: np.ndarray, groups: int, size: int) -> dict[str, float]:
    made = subject(np.zeros((len(logits), 1, 4, 4), np.uint8), block=DIGITS)
    made.cache["samples"] = Extracted(made.samples, Features(np.zeros((len(logits), 2)), logits))
    return values(inception_score(InceptionScore(kind="inception_score", groups=groups, size=size), made))


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
    assert list(inception_score(block, one)) == names
    one = subject(np.zeros((20, 3), np.float32))
    one.cache["samples"] = Extracted(one.samples, Features(np.zeros((20, 1)), np.zeros((20, 5))))
    one.cache["reference"] = Extracted(
        one.reference, Features(np.zeros((20, 1)), 500 * np.tile(np.eye(5), (4, 1)))
    )
    found = values(inception_score(block, one))
    assert found["is2x10"] == pytest.approx(1)
    assert found["real_is2x10"] == pytest.approx(5)


def test_inception_score_needs_classes() -> None:
    with pytest.raises(PipelineError, match="extractor with classes"):
        inception_score(
            InceptionScore(kind="inception_score", groups=1, size=4), subject(np.zeros((4, 3), np.float32))
        )


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
