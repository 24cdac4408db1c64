from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from configs import LENS, TRAIN, changed
from torch import Tensor, nn

from pipeline.gan.component import RunShape
from pipeline.gan.tempering.lens import Lens as Tempering
from pipeline.gan.trainer import Trainer
from pipeline.networks.layers import DiscriminatorOutput
from pipeline.params.experiment import Train
from pipeline.params.seams import Lens

RUN = RunShape(shape=(2,), low=-1.0, high=1.0, features=8, batch=16, seed=0)
X = torch.randn(16, 2, generator=torch.Generator().manual_seed(0))
POINTS = torch.randn(100, 3, generator=torch.Generator().manual_seed(1)).clamp(-1, 1)
IMAGES = torch.randint(256, (40, 1, 32, 32), generator=torch.Generator().manual_seed(2), dtype=torch.uint8)
CRITIC = nn.Linear(2, 1)
DESCENT = {"kind": "sgd", "lr": 0.01}


def tempering(setting: RunShape = RUN, **changes: Any) -> Tempering:
    return Tempering(Lens.model_validate({**LENS, **changes}), setting)


def trainer(changes: dict[str, Any] | None = None, data: Tensor = POINTS) -> Trainer:
    return Trainer(Train.model_validate(changed(TRAIN, {"tempering": LENS, **(changes or {})})), data, 0)


def discriminator(x: Tensor) -> DiscriminatorOutput:
    return DiscriminatorOutput(CRITIC(x).squeeze(1), x)


def copies(*networks: nn.Module) -> list[Tensor]:
    return [value.clone() for network in networks for value in network.state_dict().values()]


def equal(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


PRINTED: dict[str, tuple[dict[str, Any], Callable[[Tensor], Tensor]]] = {
    "gan": ({"kind": "non_saturating"}, lambda score: -(1 - torch.sigmoid(score)).log().mean()),
    "lsgan": ({"kind": "least_squares", "output": "linear"}, lambda score: score.square().mean()),
    "lsgan_sigmoid": (
        {"kind": "least_squares", "output": "sigmoid"},
        lambda score: torch.sigmoid(score).square().mean(),
    ),
    "wgan_gp": ({"kind": "wasserstein_gp", "penalty": 10.0}, lambda score: score.mean()),
}


@pytest.mark.parametrize("reconstruction", ["sum", "mean"])
@pytest.mark.parametrize("name", PRINTED)
def test_an_update_descends_the_printed_loss(name: str, reconstruction: str) -> None:
    """L_A of Sec. 2, Eq. 3 and Eq. 6, and L_R = ‖x − L(x)‖², at λ = 1 − sin(π/8) (one step of K = 4)."""
    objective, adversarial = PRINTED[name]
    block = Train.model_validate(changed(TRAIN, {"objective": objective})).objective
    lens = tempering(optimizer=DESCENT, reconstruction=reconstruction)
    by_hand = copy.deepcopy(lens.network)
    lensed = by_hand(X)
    errors = (X - lensed).square()
    distance = errors.sum(dim=1).mean() if reconstruction == "sum" else errors.mean()
    loss = (1 - math.sin(math.pi / 8)) * adversarial(CRITIC(lensed)) + distance
    gradients = torch.autograd.grad(loss, list(by_hand.parameters()))

    lens.begin(1)
    lens.update(X, discriminator, block.load()(block))
    for mine, before, gradient in zip(lens.weights, by_hand.parameters(), gradients, strict=True):
        torch.testing.assert_close(mine, before - 0.01 * gradient, rtol=1e-4, atol=1e-6)
    report = lens.report()
    assert report["lambda"] == pytest.approx(1 - math.sin(math.pi / 8))
    assert report["reconstruction"] == pytest.approx(errors.mean().item(), rel=1e-5)
    assert report["loss_lens_adversarial"] == pytest.approx(adversarial(CRITIC(lensed)).item(), rel=1e-5)


def test_d_is_shown_lensed_data_without_gradients() -> None:
    lens = tempering()
    shown = lens.temper(X, lens.draw(X.shape, torch.Generator()))
    assert torch.equal(shown, lens.network(X))
    assert not shown.requires_grad


def test_at_weight_zero_the_lens_tends_to_the_identity_and_the_adversary_delays_it() -> None:
    """tempered, C13: without λ the reconstruction error vanishes in far fewer steps."""
    objective = Train.model_validate(TRAIN).objective
    errors = {}
    for weight in (0.0, 20.0):
        lens = tempering(weight=weight, schedule_steps=None, optimizer={"kind": "adam", "lr": 0.01})
        for step in range(150):
            lens.begin(step)
            lens.update(X, discriminator, objective.load()(objective))
        errors[weight] = lens.report()["reconstruction"]
    assert errors[0.0] < 1e-4 < 1e-2 < errors[20.0]


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_an_identity_without_adversary_trains_as_no_lens_does(update: str) -> None:
    plain = trainer({"tempering": {"kind": "none"}, "update": update})
    lensed = trainer({"tempering": {**LENS, "weight": 0.0}, "update": update})
    last = lensed.tempering.network.inner[-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.zero_()
    for _ in range(5):
        plain.step()
        lensed.step()
    players = [(it.generator.network, it.discriminator.network) for it in (plain, lensed)]
    assert equal(copies(*players[0]), copies(*players[1]))
    assert lensed.report()["reconstruction"] == 0


def test_only_its_own_loss_moves_the_lens(monkeypatch: pytest.MonkeyPatch) -> None:
    it = trainer()
    before = copies(it.tempering)
    update = it.tempering.update
    monkeypatch.setattr(it.tempering, "update", lambda *_: None)
    it.step()
    assert equal(before, copies(it.tempering))

    others = copies(it.generator.network, it.discriminator.network)
    update(POINTS[:16], it.discriminator.network, it.objective)
    assert not equal(before, copies(it.tempering))
    assert equal(others, copies(it.generator.network, it.discriminator.network))
    networks = (it.generator.network, it.discriminator.network, it.tempering)
    assert all(p.grad is None for network in networks for p in network.parameters())


def test_the_lens_moves_once_a_step_however_often_d_does() -> None:
    it = trainer({"discriminator_steps": 3, "generator_steps": 2})
    for _ in range(2):
        it.step()
    assert it.tempering.optimizers["lens"].steps[0] == 2


def test_the_gradient_penalty_starts_from_lensed_data(monkeypatch: pytest.MonkeyPatch) -> None:
    it = trainer({"objective": {"kind": "wasserstein_gp", "penalty": 10.0}})
    given: list[Tensor] = []
    penalty = it.objective.penalty

    def spy(discriminator: Any, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        given.append(real)
        return penalty(discriminator, real, fake, mix)

    monkeypatch.setattr(it.objective, "penalty", spy)
    noise = it.noise.draw(it.prior, it.tempering, it.guidance)
    lensed = it.tempering.temper(POINTS[noise.discriminator[0].examples], None)
    it.train_step(noise)
    assert len(given) == 1 and torch.equal(given[0], lensed)


def test_images_are_lensed_by_convolutions_under_batch_norm() -> None:
    dcgan = {"kind": "dcgan", "channels": 2, "kernel": 4, "init": {"kind": "xavier"}}
    it = trainer({"networks": {"generator": dcgan, "discriminator": dcgan}}, data=IMAGES)
    it.step()
    assert it.diverged_at() is None
    assert {p.ndim for p in it.tempering.weights} == {1, 4}


def test_the_weights_come_from_the_seed_alone() -> None:
    torch.manual_seed(3)
    first = tempering()
    torch.manual_seed(4)
    again = tempering()
    other = tempering(RunShape((2,), -1.0, 1.0, 8, 16, seed=1))
    assert equal(copies(first), copies(again))
    assert not equal(copies(first), copies(other))
