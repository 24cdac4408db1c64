from __future__ import annotations

from typing import Any

import pytest
import torch
from configs import DENOISING, TRAIN, changed
from pydantic import TypeAdapter
from torch import Tensor

from pipeline.gan.component import RunShape
from pipeline.gan.guidance.denoising import Denoising
from pipeline.gan.trainer import Trainer
from pipeline.params import seams
from pipeline.params.experiment import Train

POINTS = torch.randn(200, 3, generator=torch.Generator().manual_seed(0)).clamp(-1, 1)


def guidance(features: int, batch: int, **changes: Any) -> Denoising:
    block = TypeAdapter(seams.Denoising).validate_python(changed(DENOISING, changes))
    return Denoising(block, RunShape((3,), -1.0, 1.0, features, batch, seed=0))


def trainer(guide: dict[str, Any], update: str = "alternating") -> Trainer:
    return Trainer(Train.model_validate(changed(TRAIN, {"guidance": guide, "update": update})), POINTS, 0)


def copies(module: torch.nn.Module) -> list[Tensor]:
    return [value.clone() for value in module.state_dict().values()]


def same(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_the_gradient_reaches_g_through_its_features_alone() -> None:
    """With r constant it is 2 λ_denoise (Φ − r(Φ)) / batch, whatever r's own slope is (dfm, Eq. 4)."""
    guide, features = guidance(5, 16), torch.randn(16, 5, requires_grad=True)
    loss = guide.loss(features, torch.randn(16, 5))
    (gradient,) = torch.autograd.grad(loss, features)
    target = guide.denoiser(features).detach()
    expected = 2 * (0.03 / 5) * (features - target).detach() / 16
    torch.testing.assert_close(gradient, expected)
    with torch.enable_grad():
        unused = torch.autograd.grad(
            guide.loss(features, features), list(guide.denoiser.parameters()), allow_unused=True
        )
    assert all(each is None for each in unused)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_d_and_r_are_moved_by_their_own_losses_alone(update: str) -> None:
    """Weight changes G's step; the steps of D and of r at the same parameters stay as they are."""
    free, guided = (trainer({**DENOISING, "weight": weight}, update) for weight in (0.0, 9.0))
    for it in (free, guided):
        it.step()
    assert same(copies(free.discriminator.network), copies(guided.discriminator.network))
    assert same(copies(free.guidance), copies(guided.guidance))
    assert not same(copies(free.generator.network), copies(guided.generator.network))


def test_without_weight_training_is_the_gans_and_the_denoiser_learns_nevertheless() -> None:
    plain, control = trainer({"kind": "none"}), trainer({**DENOISING, "weight": 0.0})
    before = copies(control.guidance)
    for it in (plain, control):
        for _ in range(4):
            it.step()
    assert same(copies(plain.generator.network), copies(control.generator.network))
    assert same(copies(plain.discriminator.network), copies(control.discriminator.network))
    assert not same(before, copies(control.guidance))
    assert set(control.report()) - set(plain.report()) == {
        "denoising_error",
        "denoiser_loss",
        "feature_variance",
    }


def test_no_parameter_has_two_owners() -> None:
    it = trainer(DENOISING)
    owned = [
        id(p)
        for module in (it.generator.network, it.discriminator.network, it.guidance)
        for p in module.parameters()
    ]
    assert len(owned) == len(set(owned))
    assert {id(p) for p in it.guidance.optimizers["denoiser"].parameters} == {
        id(p) for p in it.guidance.parameters()
    }


def test_real_and_generated_features_are_normalised_apart() -> None:
    """r of a batch depends on that batch alone: neither the scale of another source nor the order matters."""
    guide = guidance(5, 16)
    real, fake = torch.randn(16, 5), 7 + 3 * torch.randn(16, 5)
    alone = guide.loss(fake, real)
    guide.loss(1000 * torch.randn(16, 5), real)
    assert torch.equal(alone, guide.loss(fake, real))
    assert not any("running" in name for name in guide.state_dict())


def test_sigma_goes_along_its_ramp() -> None:
    guide = guidance(5, 16, sigma=1.0, sigma_final=0.2, sigma_steps=4)
    found = []
    for _ in range(6):
        found.append(guide.deviation().item())
        guide.update(torch.randn(16, 5), torch.randn(16, 5))
    assert found == pytest.approx([1.0, 0.8, 0.6, 0.4, 0.2, 0.2])
    assert guidance(5, 16).deviation().item() == 1.0
    with pytest.raises(ValueError, match="sigma_steps > 0"):
        guidance(5, 16, sigma_final=0.2)


def test_its_optimizer_follows_it_to_another_device() -> None:
    guide = guidance(5, 16).to("meta")
    state = guide.optimizers["denoiser"].state_dict()
    assert {value.device.type for values in state.values() for value in values} == {"meta"}


def test_the_denoiser_estimates_the_score_of_a_known_law() -> None:
    """r(h) − h = σ² ∂log p_σ(h)/∂h, p_σ being N(0, s² + σ²): its slope on the score of p_σ is σ² (Eq. 11)."""
    deviation, sigma = 1.5, 0.7
    guide = guidance(
        1, 512, sigma=sigma, denoiser={**DENOISING["denoiser"], "width": 32},
        optimizer={"kind": "adam", "lr": 0.003, "beta1": 0.9},
    )  # fmt: skip
    stream = torch.Generator().manual_seed(1)
    for _ in range(600):
        guide.update(deviation * torch.randn(512, 1, generator=stream), guide.draw(stream))
    h = deviation * torch.randn(4000, 1, generator=stream)
    h = h + sigma * torch.randn(4000, 1, generator=stream)
    score = -h / (deviation**2 + sigma**2)
    moved = guide.denoiser(h).detach() - h
    slope = (moved * score).sum() / score.square().sum()
    assert slope.item() == pytest.approx(sigma**2, rel=0.05)
    assert torch.nn.functional.cosine_similarity(moved.flatten(), score.flatten(), dim=0) > 0.97
