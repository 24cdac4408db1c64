from __future__ import annotations

import numpy as np
import pytest
from configs import MIXTURE, SPLITS
from metric_subjects import subject

from pipeline.datasets.cubes import edges
from pipeline.datasets.mixture import law
from pipeline.metrics import measure
from pipeline.metrics.modes import of_edges, of_mixture
from pipeline.params.datasets import Cubes
from pipeline.params.metrics import Modes

CUBES = {
    "source": "synthetic",
    "prepare": {"kind": "cubes", "half_sides": [0.8, 0.4], "count": 100, "seed": 0, "splits": SPLITS},
    "extractor": {"kind": "coordinates"},
}
FRAMES = edges(Cubes.model_validate(CUBES["prepare"]))


def config(share: float, radius: float) -> Modes:
    return Modes(kind="modes", share=share, radius=radius)


def test_mixture_by_hand() -> None:
    means = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    samples = np.array([[0.0, 1.0], [0.0, 0.5], [10.0, 1.1], [10.9, 0.0], [5.0, 5.0]])
    assert of_mixture(samples, means, radius=1.0, share=0.4) == (1.0, 0.6)
    assert of_mixture(samples, means, radius=1.0, share=0.2) == (2.0, 0.6)
    assert of_mixture(samples, means, radius=1.2, share=0.4) == (2.0, 0.8)


def test_the_law_itself_has_all_modes() -> None:
    prepare = subject(np.zeros((3, 3), np.float32)).block.prepare
    samples = law(prepare).sample(4000, np.random.default_rng(0)).astype(np.float32)
    found = measure(config(0.01, 3.0), subject(samples))
    assert found["modes4000"] == 5
    # P(‖x‖ ≤ 3σ) in three dimensions
    assert found["quality4000"] == pytest.approx(0.9707, abs=0.01)


def test_edges_by_hand() -> None:
    on_outer = np.array([[-0.8 + 0.16 * (k + 0.5), -0.8, -0.8] for k in range(10)])
    near_inner = np.array([[0.4, 0.43, 0.0]])
    far = np.array([[0.0, 0.0, 0.0]])
    samples = np.concatenate([on_outer, near_inner, far])
    captured, quality, coverage = of_edges(samples, FRAMES, radius=0.05, share=0.1, pieces=10)
    assert (captured, quality) == (1.0, pytest.approx(11 / 12))
    assert coverage == pytest.approx(11 / 240)
    assert of_edges(samples, FRAMES, radius=0.05, share=0.05, pieces=10)[0] == 2.0
    assert of_edges(samples, FRAMES, radius=0.02, share=0.05, pieces=10)[:2] == (1.0, pytest.approx(10 / 12))


def test_points_all_along_the_frames_cover_them() -> None:
    along = (np.arange(20)[:, None] + 0.5) / 20
    samples = np.concatenate([start + along * (end - start) for start, end in FRAMES]).astype(np.float32)
    found = measure(config(0.01, 0.05), subject(samples, block=CUBES))
    assert found == {"modes480": 2.0, "quality480": 1.0, "coverage480": 1.0}


def test_corners_belong_to_the_last_piece() -> None:
    assert of_edges(FRAMES[0, 1:], FRAMES, 0.05, 0.5, 10)[2] == pytest.approx(1 / 240)


@pytest.mark.parametrize("block", [MIXTURE, CUBES])
def test_not_finite_and_constant_samples(block: dict) -> None:
    lost = measure(config(0.01, 3.0), subject(np.full((50, 3), np.inf, np.float32), block=block))
    assert np.isnan(list(lost.values())).all()
    constant = measure(config(0.01, 1e-3), subject(np.full((50, 3), 0.9, np.float32), block=block))
    assert set(constant) == set(lost)
    assert set(constant.values()) == {0.0}
