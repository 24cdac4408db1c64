from __future__ import annotations

import math

import pytest
import torch
from configs import ANNEAL

from pipeline.gan.component import RunShape
from pipeline.gan.tempering.anneal import Anneal as Tempering
from pipeline.gan.tempering.anneal import clip, reflect, rescale
from pipeline.params.seams import Anneal

RUN = RunShape(shape=(1,), low=-1.0, high=1.0, features=8, batch=16, seed=0)


def bounce(x: float, low: float, high: float) -> float:
    """Follow the particle from face to face."""
    while not low <= x <= high:
        x = 2 * low - x if x < low else 2 * high - x
    return x


def test_reflection_equals_bouncing() -> None:
    x = torch.linspace(-9, 9, 721, dtype=torch.float64)
    for low, high in ((-1.0, 1.0), (0.0, 1.0)):
        expected = torch.tensor([bounce(value, low, high) for value in x.tolist()], dtype=torch.float64)
        torch.testing.assert_close(reflect(x, low, high), expected, rtol=0, atol=1e-12)


def test_clip_and_rescale_by_hand() -> None:
    x = torch.tensor([-3.0, 0.0, 1.0])
    assert clip(x, -1, 1).tolist() == [-1.0, 0.0, 1.0]
    assert rescale(x, -1, 1).tolist() == [-1.0, 0.5, 1.0]


def heated(box: str, beta: float, count: int = 200_000) -> torch.Tensor:
    tempering = Tempering(Anneal(**{**ANNEAL, "box": box}), RUN)
    tempering.beta = beta
    tempering.deviation.fill_(beta**-0.5)
    stream = torch.Generator().manual_seed(0)
    return tempering.temper(torch.full((count, 1), 0.3), tempering.draw((count, 1), stream))


def test_reflected_heat_tends_to_the_uniform_law_and_clipped_heat_to_the_faces() -> None:
    hot = heated("reflect", 0.1)
    assert hot.mean().item() == pytest.approx(0, abs=0.01)
    assert hot.std().item() == pytest.approx(1 / math.sqrt(3), abs=0.005)
    counts = torch.histc(hot, 20, -1, 1) / len(hot)
    assert (counts - 0.05).abs().max() < 0.003
    on_faces = (heated("clip", 0.1).abs() == 1).float().mean()
    assert on_faces > 0.74


def test_cold_heat_has_variance_one_over_beta() -> None:
    cold = heated("reflect", 400.0)
    assert cold.mean().item() == pytest.approx(0.3, abs=1e-3)
    assert cold.std().item() == pytest.approx(0.05, rel=0.01)


def test_the_three_phases_of_a_run() -> None:
    tempering = Tempering(Anneal(**ANNEAL), RUN)
    stream = torch.Generator().manual_seed(0)
    real = torch.full((4000, 3), 0.9)
    tempering.begin(0)
    uniform = tempering.temper(real, tempering.draw(real.shape, stream))
    assert uniform.mean().abs() < 0.05 and uniform.std() == pytest.approx(3**-0.5, rel=0.05)
    tempering.begin(2)
    assert tempering.report() == {"beta": pytest.approx(0.1)}
    warm = tempering.temper(real, tempering.draw(real.shape, stream))
    assert warm.abs().max() <= 1 and not torch.equal(warm, real)
    tempering.begin(6)
    assert tempering.report() == {"beta": math.inf}
    assert tempering.temper(real, tempering.draw(real.shape, stream)) is real
