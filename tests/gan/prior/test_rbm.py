from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from configs import MLP, RBM, TRAIN, changed
from torch import Tensor

from pipeline.gan.component import RunShape
from pipeline.gan.prior.rbm import AssociativeMemory
from pipeline.gan.trainer import Trainer
from pipeline.params import seams
from pipeline.params.experiment import Train

RUN = RunShape((3,), -1.0, 1.0, 4, 8, 0)


def memory(**changes: object) -> AssociativeMemory:
    block = seams.RBM.model_validate({**RBM, "dim": 4, "hidden": 3, **changes})
    return AssociativeMemory(block, RUN)


def stream(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def features(count: int = 8) -> Tensor:
    return torch.tanh(torch.randn(count, 4, generator=stream(5)))


def run(changes: dict[str, Any] | None = None) -> Trainer:
    discriminator = {**MLP, "features": {"width": 3, "activation": "tanh"}}
    networks = {"generator": MLP, "discriminator": discriminator}
    points = torch.rand(100, 3, generator=stream()) * 2 - 1
    block = changed(TRAIN, {"networks": networks, "prior": RBM, **(changes or {})})
    return Trainer(Train.model_validate(block), points, 0)


@pytest.mark.parametrize("visible", ["binary", "gaussian"])
@pytest.mark.parametrize("data", ["draws", "means"])
def test_a_batch_takes_a_fixed_number_of_uniform_numbers(visible: str, data: str) -> None:
    prior = memory(visible=visible, data=data, gibbs=3)
    noise = prior.draw(8, stream())
    start = 4 if (visible, data) == ("binary", "draws") else 0
    assert noise.shape == (8, start + 3 * (4 + 3))
    assert prior.latents(noise, features()).shape == (8, 4)


def test_samples_are_signs_and_means_lie_between() -> None:
    samples, means = memory(output="samples"), memory(output="means")
    noise = samples.draw(8, stream())
    assert samples.latents(noise, features()).abs().eq(1).all()
    assert means.latents(noise, features()).abs().lt(1).all()
    assert torch.equal(samples.chains[1], means.chains[1])  # the RBM itself learns from samples either way


def test_chains_start_at_draws_with_the_features_as_means() -> None:
    prior = memory()
    f = torch.tensor([[-0.9, -0.2, 0.3, 1.0]]).expand(20_000, -1)
    prior.latents(prior.draw(20_000, stream()), f)
    start, _ = prior.chains
    assert start.abs().eq(1).all()
    torch.testing.assert_close(start.mean(0), f[0], atol=0.03, rtol=0)


def test_the_update_is_momentum_on_contrastive_divergence() -> None:
    """Δ_t = 0.8 Δ_{t−1} + 0.001 (⟨·⟩_data − ⟨·⟩_recon), written out (aan, Sec. 6)."""
    prior = memory()
    weight, velocity = prior.rbm.weight.clone(), torch.zeros(4, 3)
    for step in range(3):
        prior.latents(prior.draw(8, stream(step)), features())
        data, end = prior.chains
        hidden = [torch.tanh(v @ prior.rbm.weight + prior.rbm.hidden_bias) for v in (data, end)]
        gradient = (data.T @ hidden[0] - end.T @ hidden[1]) / 8
        velocity = 0.8 * velocity + 0.001 * gradient
        weight = weight + velocity
        prior.update(features())
        torch.testing.assert_close(prior.rbm.weight.data, weight, atol=1e-7, rtol=1e-5)


def test_only_the_rbm_learns_from_contrastive_divergence() -> None:
    it, without = run(), run({"prior": {**RBM, "optimizer": {"kind": "sgd", "lr": 1e-12}}})
    before = it.prior.rbm.weight.clone()
    it.step()
    without.step()
    assert not torch.equal(before, it.prior.rbm.weight)
    for name in ("generator", "discriminator"):
        pairs = zip(it.snapshot()[name].values(), without.snapshot()[name].values(), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs)


def test_the_memory_learns_the_law_of_frozen_features() -> None:
    """Two units that always agree: after training, samples without data agree as well."""
    prior = memory(optimizer={"kind": "sgd", "lr": 0.05, "momentum": 0.8}, burn_in=50)
    signs = torch.where(torch.rand(400, 1, generator=stream(1)) < 0.5, 1.0, -1.0)
    f = 0.999 * torch.cat([signs, signs, -signs, torch.ones_like(signs)], dim=1)
    for step in range(300):
        prior.latents(prior.draw(400, stream(step)), f)
        prior.update(f)
    drawn = prior.sample(500, stream(9))
    assert (drawn[:, 0] == drawn[:, 1]).float().mean() > 0.9
    assert (drawn[:, 0] == -drawn[:, 2]).float().mean() > 0.9
    assert drawn[:, 3].mean() > 0.8


def test_walks_keep_every_step() -> None:
    prior = memory(burn_in=7)
    walk = prior.walk(features(), 5, stream())
    assert walk.shape == (8, 5, 4) and walk.abs().eq(1).all()
    assert torch.equal(walk, prior.walk(features(), 5, stream()))
    assert prior.sample(11, stream()).shape == (11, 4)


def test_entropy_falls_to_zero_where_all_chains_agree() -> None:
    prior = memory()
    assert math.isnan(prior.report()["prior_entropy"])
    same = torch.ones(8, 4)
    prior.chains = (same, same)
    assert prior.report()["prior_entropy"] == 0
    half = torch.tensor([1.0, -1.0]).repeat(4)[:, None].expand(8, 4)
    prior.chains = (half, half)
    assert prior.report()["prior_entropy"] == pytest.approx(math.log(2))


@pytest.mark.parametrize("objective", ["non_saturating", "saturating"])
def test_a_gaussian_memory_trains_on_leaky_features(objective: str) -> None:
    discriminator = {**MLP, "features": {"width": 3, "activation": "leaky_relu"}}
    networks = {"generator": MLP, "discriminator": discriminator}
    it = run({"networks": networks, "prior": {**RBM, "visible": "gaussian"}, "objective.kind": objective})
    for _ in range(3):
        it.step()
    assert it.diverged_at() is None
    assert math.isfinite(it.report()["prior_entropy"])
