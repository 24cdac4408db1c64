from __future__ import annotations

import itertools
from typing import Any, get_args

import pytest
import torch
from blocks import kinds, smallest, variants
from configs import ANNEAL, DENOISING, LENS, MLP, TRAIN, changed
from torch import Tensor

from pipeline.gan.trainer import Trainer
from pipeline.params import seams
from pipeline.params.experiment import Train

SEAMS = {
    "objective": kinds(seams.Objective),
    "prior": kinds(seams.Prior),
    "tempering": kinds(seams.Tempering),
    "guidance": kinds(seams.Guidance),
}
UPDATES = get_args(Train.model_fields["update"].annotation)
WIDTH = 3
# D's features have the width of an RBM's visible units
NETWORKS: dict[str, Any] = {
    "generator": MLP,
    "discriminator": {**MLP, "features": {"width": WIDTH, "activation": "tanh"}},
}
FITTING: dict[str, Any] = {"dim": WIDTH, "map": [1, 1, WIDTH]}
POINTS = torch.randn(200, 3, generator=torch.Generator().manual_seed(0)).clamp(-1, 1)


def trainer(changes: dict[str, Any] | None = None, seed: int = 0, data: Tensor = POINTS) -> Trainer:
    return Trainer(Train.model_validate(changed(TRAIN, changes or {})), data, seed)


def weights(it: Trainer) -> list[Tensor]:
    networks = (it.generator.network, it.discriminator.network)
    return [value.clone() for network in networks for value in network.state_dict().values()]


def equal(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("kinds", itertools.product(*SEAMS.values()), ids="-".join)
@pytest.mark.parametrize("update", UPDATES)
def test_every_combination_trains_and_resumes(kinds: tuple[str, ...], update: str) -> None:
    chosen = zip(SEAMS, kinds, strict=True)
    blocks = {seam: smallest(SEAMS[seam][kind], **FITTING) for seam, kind in chosen}
    trains_and_resumes({**blocks, "networks": NETWORKS, "update": update})


@pytest.mark.parametrize(("seam", "kind"), [(seam, kind) for seam, of in SEAMS.items() for kind in of])
def test_every_choice_within_a_kind_trains_and_resumes(seam: str, kind: str) -> None:
    for block in variants(SEAMS[seam][kind], **FITTING):
        trains_and_resumes({seam: block, "networks": NETWORKS})


def trains_and_resumes(changes: dict[str, Any]) -> None:
    it = trainer(changes)
    before = weights(it)
    for _ in range(3):
        it.step()
    assert it.diverged_at() is None
    assert not any(torch.equal(a, b) for a, b in zip(before, weights(it), strict=True) if a.ndim == 2)

    restored = trainer(changes, seed=9)
    restored.load_state_dict(it.state_dict())
    it.step()
    restored.step()
    for name, values in it.snapshot().items():
        assert equal(list(values.values()), list(restored.snapshot()[name].values()))
    assert it.report() == restored.report()


def test_each_parameter_belongs_to_one_network_that_its_own_loss_moves() -> None:
    it = trainer()
    owned = [id(p) for player in (it.generator, it.discriminator) for p in player.parameters]
    assert len(owned) == len(set(owned))
    start = weights(it)
    size = len(list(it.generator.network.state_dict()))
    only_d = trainer({"generator_steps": 0})
    only_d.step()
    assert equal(start[:size], weights(only_d)[:size])
    assert not equal(start[size:], weights(only_d)[size:])
    assert not any(
        p.grad is not None for player in (it.generator, it.discriminator) for p in player.parameters
    )


@pytest.mark.parametrize("update", UPDATES)
def test_a_step_is_algorithm_1_written_out(update: str) -> None:
    """The same step by hand with torch.optim.SGD on copies of the networks."""
    sgd = {"generator": {"kind": "sgd", "lr": 0.1}, "discriminator": {"kind": "sgd", "lr": 0.1}}
    it = trainer({"objective": {"kind": "saturating"}, "optimizers": sgd, "update": update})
    by_hand = trainer({"objective": {"kind": "saturating"}, "optimizers": sgd, "update": update})
    noise = by_hand.noise.draw(by_hand.prior, by_hand.tempering, by_hand.guidance)
    g, d = by_hand.generator.network, by_hand.discriminator.network
    batch, x = noise.discriminator[0], POINTS[noise.discriminator[0].examples]

    def d_loss() -> Tensor:
        real, fake = torch.sigmoid(d(x).score), torch.sigmoid(d(g(batch.latent)).score)
        return -(real.log().mean() + (1 - fake).log().mean())

    def g_loss() -> Tensor:
        return (1 - torch.sigmoid(d(g(noise.generator[0])).score)).log().mean()

    if update == "simultaneous":
        d_gradients = torch.autograd.grad(d_loss(), list(d.parameters()))
        g_gradients = torch.autograd.grad(g_loss(), list(g.parameters()))
        descend(d, d_gradients)
        descend(g, g_gradients)
    else:
        descend(d, torch.autograd.grad(d_loss(), list(d.parameters())))
        descend(g, torch.autograd.grad(g_loss(), list(g.parameters())))
    it.step()
    for mine, expected in zip(weights(it), weights(by_hand), strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-4, atol=1e-6)


def descend(network: torch.nn.Module, gradients: tuple[Tensor, ...]) -> None:
    with torch.no_grad():
        for parameter, gradient in zip(network.parameters(), gradients, strict=True):
            parameter -= 0.1 * gradient


def test_updates_per_step_are_counted() -> None:
    it = trainer({"discriminator_steps": 3, "generator_steps": 2})
    it.step()
    assert it.discriminator.optimizer.steps[0] == 3
    assert it.generator.optimizer.steps[0] == 2


@pytest.mark.parametrize("tempering", [ANNEAL, LENS])
def test_tempering_changes_neither_initial_weights_nor_data_order_nor_latents(tempering: Any) -> None:
    plain, annealed = trainer(), trainer({"tempering": tempering})
    assert equal(weights(plain), weights(annealed))
    for _ in range(8):
        first = plain.noise.draw(plain.prior, plain.tempering, plain.guidance)
        annealed.tempering.begin(annealed.completed)
        second = annealed.noise.draw(annealed.prior, annealed.tempering, annealed.guidance)
        annealed.completed += 1
        assert torch.equal(first.discriminator[0].examples, second.discriminator[0].examples)
        assert torch.equal(first.discriminator[0].latent, second.discriminator[0].latent)
        assert torch.equal(first.generator[0], second.generator[0])


def test_at_infinite_beta_annealing_is_plain_training() -> None:
    over = {**ANNEAL, "uniform_steps": 0, "stage_steps": 0}
    plain, annealed = trainer(), trainer({"tempering": over})
    for _ in range(4):
        plain.step()
        annealed.step()
    assert equal(weights(plain), weights(annealed))


def test_the_seed_decides_everything() -> None:
    runs = [trainer(seed=seed) for seed in (3, 3, 4)]
    torch.manual_seed(77)
    for it in runs:
        it.step()
    assert equal(weights(runs[0]), weights(runs[1]))
    assert not equal(weights(runs[0]), weights(runs[2]))


def test_dropout_and_batch_norm_resume_to_the_bit() -> None:
    maxout = {"kind": "maxout", "units": [6], "pieces": 2, "dropout_input": 0.2, "dropout_hidden": 0.5}
    networks = {"generator": {**MLP, "batch_norm": True}, "discriminator": maxout}
    it, restored = trainer({"networks": networks}), trainer({"networks": networks})
    it.step()
    state = it.state_dict()
    restored.load_state_dict(state)
    restored.noise.load_state_dict(state["noise"])
    restored.step()
    after = weights(restored)
    it.load_state_dict(state)
    it.step()
    assert equal(after, weights(it))


def test_divergence_is_recorded_with_its_step() -> None:
    it = trainer()
    for _ in range(2):
        it.step()
    with torch.no_grad():
        it.generator.parameters[0].fill_(float("nan"))
    it.step()
    it.step()
    assert it.diverged_at() == 3


@pytest.mark.parametrize("prior", SEAMS["prior"])
@pytest.mark.parametrize("tempering", [ANNEAL, LENS])
def test_a_step_reads_no_value_back_from_the_device(
    monkeypatch: pytest.MonkeyPatch, tempering: dict[str, Any], prior: str
) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("the step waited for the device")

    seams = {"objective": {"kind": "wasserstein_gp", "penalty": 10.0}, "guidance": DENOISING}
    prior_block = smallest(SEAMS["prior"][prior], **FITTING)
    it = trainer({**seams, "tempering": tempering, "prior": prior_block, "networks": NETWORKS})
    noise = it.noise.draw(it.prior, it.tempering, it.guidance)
    for name in ("item", "__bool__", "__float__", "__int__", "cpu", "tolist", "numpy"):
        monkeypatch.setattr(Tensor, name, forbidden)
    it.train_step(noise)


@pytest.mark.parametrize(
    "objective", [block for kind in SEAMS["objective"].values() for block in variants(kind)]
)
def test_logs_of_probabilities_are_means_of_logs(objective: dict[str, Any]) -> None:
    it = trainer({"objective": objective})
    it.step()
    row = it.report()
    if objective.get("output") == "linear" or objective["kind"] == "wasserstein_gp":
        assert "log_d_real" not in row and "log_d_fake" not in row
        return
    for name in ("real", "fake"):
        expected = torch.sigmoid(it.last[name]).log().mean().item()
        assert row[f"log_d_{name}"] == pytest.approx(expected, abs=1e-6)
