from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from metric_subjects import MIXTURE, subject

from pipeline.base.errors import PipelineError
from pipeline.metrics import fidelity as module
from pipeline.metrics import measure
from pipeline.metrics.fidelity import fidelity
from pipeline.metrics.frechet import frechet_distance, gaussian
from pipeline.params.metrics import Fidelity


def kernel(x: np.ndarray, y: np.ndarray) -> float:
    return float((x @ y / len(x) + 1) ** 3)


def test_kid_and_precision_recall_by_brute_force() -> None:
    rng = np.random.default_rng(3)
    n = 24
    fake, real = rng.normal(size=(n, 3)).astype(np.float32), 0.5 * rng.normal(size=(n, 3)).astype(np.float32)
    config = Fidelity(kind="fidelity", count=n, measures=["kid", "prc"])
    found = measure(config, subject(fake, real))

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
from pipeline.params.metrics import Fidelity

points = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
config = Fidelity(kind="fidelity", count=50, measures=["fid"])
assert abs(fidelity(config, subject(points, points[::-1]))[0]) < 1e-6
assert "torch" not in sys.modules
"""


def test_kid_of_many_is_a_mean_over_subsets(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    fake, real = rng.normal(size=(60, 2)).astype(np.float32) + 1, rng.normal(size=(60, 2)).astype(np.float32)
    config = Fidelity(kind="fidelity", count=60, measures=["kid"])
    whole = measure(config, subject(fake, real))["kid60"]
    monkeypatch.setattr(module, "KID_SUBSET_SIZE", 30)
    subsets = measure(config, subject(fake, real))["kid60"]
    assert subsets != whole
    assert subsets == pytest.approx(whole, rel=0.1)


def test_points_need_no_network_and_no_torch() -> None:
    tests = Path(__file__).parents[1]
    places = {"PYTHONPATH": f"{tests / 'support'}{os.pathsep}{tests.parent}"}
    subprocess.run([sys.executable, "-c", NO_TORCH], check=True, env=os.environ | places)


def test_reference_is_a_fixed_draw_whatever_the_metric() -> None:
    rng = np.random.default_rng(4)
    real = rng.normal(size=(500, 3)).astype(np.float32)
    real = real[real[:, 0].argsort()]
    fake = rng.normal(size=(100, 3)).astype(np.float32)
    config = Fidelity(kind="fidelity", count=100, measures=["fid"])
    one, other = (measure(config, subject(fake, real)) for _ in range(2))
    assert one == other
    # the first hundred of the sorted examples would lie far away
    assert (
        one["fid100"]
        < 0.2
        < frechet_distance(gaussian(fake.astype(float)), gaussian(real[:100].astype(float)).with_root())
    )


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
    found = measure(config, subject(np.full((30, 3), fill, np.float32), real, MIXTURE))
    assert list(found) == ["fid30", "kid30", "precision30", "recall30"]
    assert np.isfinite(list(found.values())).all() == (fill == 0.0)
