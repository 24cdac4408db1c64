from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from pydantic import TypeAdapter
from torch import Tensor, nn

from pipeline.gan.objective import Objective
from pipeline.networks.layers import DiscriminatorOutput
from pipeline.params import seams

SCORES = torch.tensor([-2.0, 0.3, 1.7], dtype=torch.float64)
FAKES = torch.tensor([0.4, -1.0, 2.5], dtype=torch.float64)


def objective(**values: object) -> Objective:
    config = TypeAdapter(seams.Objective).validate_python(values)
    return config.load()(config)


def mean(function: Callable[[float], float], scores: Tensor) -> float:
    return sum(function(score) for score in scores.tolist()) / len(scores)


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


CASES = {
    "saturating": (
        objective(kind="saturating"),
        lambda s: -math.log(sigmoid(s)),
        lambda s: -math.log(1 - sigmoid(s)),
        lambda s: math.log(1 - sigmoid(s)),
        lambda s: -math.log(1 - sigmoid(s)),
    ),
    "non_saturating": (
        objective(kind="non_saturating"),
        lambda s: -math.log(sigmoid(s)),
        lambda s: -math.log(1 - sigmoid(s)),
        lambda s: -math.log(sigmoid(s)),
        lambda s: -math.log(1 - sigmoid(s)),
    ),
    "least_squares": (
        objective(kind="least_squares", output="linear"),
        lambda s: (s - 1) ** 2,
        lambda s: s**2,
        lambda s: (s - 1) ** 2,
        lambda s: s**2,
    ),
    "least_squares_sigmoid": (
        objective(kind="least_squares", output="sigmoid"),
        lambda s: (sigmoid(s) - 1) ** 2,
        lambda s: sigmoid(s) ** 2,
        lambda s: (sigmoid(s) - 1) ** 2,
        lambda s: sigmoid(s) ** 2,
    ),
    "wasserstein_gp": (
        objective(kind="wasserstein_gp", penalty=10.0),
        lambda s: -s,
        lambda s: s,
        lambda s: -s,
        lambda s: s,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_losses_equal_their_formulas(name: str) -> None:
    it, real, fake, generator, lens_adversarial = CASES[name]
    expected = mean(real, SCORES) + mean(fake, FAKES)
    assert it.discriminator_loss(SCORES, FAKES).item() == pytest.approx(expected, rel=1e-12)
    assert it.generator_loss(FAKES).item() == pytest.approx(mean(generator, FAKES), rel=1e-12)
    assert it.lens_adversarial_loss(SCORES).item() == pytest.approx(mean(lens_adversarial, SCORES), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_gradients_equal_finite_differences(name: str) -> None:
    it = CASES[name][0]
    scores = SCORES.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda s: it.discriminator_loss(s, FAKES), scores)
    assert torch.autograd.gradcheck(lambda s: it.discriminator_loss(FAKES, s), scores)
    assert torch.autograd.gradcheck(it.generator_loss, scores)


def test_half_weight_halves_the_discriminators_loss_only() -> None:
    whole, half = objective(kind="saturating"), objective(kind="saturating", discriminator_weight=0.5)
    assert half.discriminator_loss(SCORES, FAKES) == whole.discriminator_loss(SCORES, FAKES) / 2
    assert half.generator_loss(FAKES) == whole.generator_loss(FAKES)


def test_losses_stay_finite_where_the_sigmoid_saturates() -> None:
    extreme = torch.tensor([-200.0, 200.0])
    for name in ("saturating", "non_saturating"):
        it = CASES[name][0]
        assert it.discriminator_loss(extreme, extreme).isfinite()
        assert it.generator_loss(extreme).isfinite()


class Linear(nn.Module):
    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x: Tensor) -> DiscriminatorOutput:
        score = x.flatten(1) @ self.weight
        return DiscriminatorOutput(score, score[:, None])


@pytest.mark.parametrize("shape", [(6,), (2, 3, 1)])
def test_penalty_of_a_linear_critic_has_a_closed_form(shape: tuple[int, ...]) -> None:
    """∇D = w everywhere, so the penalty is λ(‖w‖ − 1)² and its gradient 2λ(‖w‖ − 1)w/‖w‖."""
    weight = torch.arange(1.0, 7.0, dtype=torch.float64) / 4
    critic = Linear(weight)
    real, fake = torch.randn(5, *shape, dtype=torch.float64), torch.randn(5, *shape, dtype=torch.float64)
    penalty = objective(kind="wasserstein_gp", penalty=10.0).penalty(critic, real, fake, torch.rand(5))
    assert penalty.item() == pytest.approx(10 * (weight.norm().item() - 1) ** 2)
    penalty.backward()
    torch.testing.assert_close(critic.weight.grad, 20 * (weight.norm() - 1) * weight / weight.norm())


def test_penalty_is_taken_between_real_and_fake() -> None:
    seen = []

    def quadratic(x: Tensor) -> DiscriminatorOutput:
        seen.append(x)
        return DiscriminatorOutput(x.square().sum(1) / 2, x)

    real, fake, mix = torch.tensor([[4.0]]), torch.tensor([[0.0]]), torch.tensor([0.75])
    penalty = objective(kind="wasserstein_gp", penalty=1.0).penalty(quadratic, real, fake, mix)
    assert seen[0].item() == 3.0
    assert penalty.item() == pytest.approx((3.0 - 1) ** 2)
