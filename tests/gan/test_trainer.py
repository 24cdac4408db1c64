from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from configs import ANNEAL, DENOISING, LENS, MLP, RBM, TRAIN, changed
from torch import Tensor

from pipeline.gan.trainer import Trainer
from pipeline.params.experiment import Train

OBJECTIVES: dict[str, Any] = {
    "saturating": {"kind": "saturating"},
    "non_saturating": {"kind": "non_saturating"},
    "least_squares": {"kind": "least_squares", "output": "linear"},
    "least_squares_sigmoid": {"kind": "least_squares", "output": "sigmoid"},
    "wasserstein_gp": {"kind": "wasserstein_gp", "penalty": 10.0},
}
PRIORS: dict[str, Any] = {
    "uniform": {"kind": "uniform", "dim": 3},
    "normal": {"kind": "normal", "dim": 3},
    "rbm": RBM,
}
# Networks of runs whose parts do not fit those of configs.TRAIN.
NETWORKS: dict[str, Any] = {
    "rbm": {"generator": MLP, "discriminator": {**MLP, "features": {"width": 3, "activation": "tanh"}}}
}
TEMPERINGS: dict[str, Any] = {"none": {"kind": "none"}, "anneal": ANNEAL, "lens": LENS}
GUIDANCES: dict[str, Any] = {
    "none": {"kind": "none"},
    "denoising": DENOISING,
    "feature_matching": {"kind": "feature_matching", "weight": 1.0},
}
UPDATES = ("alternating", "simultaneous")
POINTS = torch.randn(200, 3, generator=torch.Generator().manual_seed(0)).clamp(-1, 1)


def trainer(changes: dict[str, Any] | None = None, seed: int = 0, data: Tensor = POINTS) -> Trainer:
    return Trainer(Train.model_validate(changed(TRAIN, changes or {})), data, seed)


def weights(it: Trainer) -> list[Tensor]:
    networks = (it.generator.network, it.discriminator.network)
    return [value.clone() for network in networks for value in network.state_dict().values()]


def equal(first: list[Tensor], second: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


COMBINATIONS = list(itertools.product(OBJECTIVES, PRIORS, TEMPERINGS, GUIDANCES, UPDATES))


@pytest.mark.parametrize(("objective", "prior", "tempering", "guidance", "update"), COMBINATIONS)
def test_every_combination_trains_and_resumes(
    objective: str, prior: str, tempering: str, guidance: str, update: str
) -> None:
    changes = {
        "objective": OBJECTIVES[objective],
        "prior": PRIORS[prior],
        "tempering": TEMPERINGS[tempering],
        "guidance": GUIDANCES[guidance],
        "update": update,
        "networks": NETWORKS.get(prior, TRAIN["networks"]),
    }
    it = trainer(changes)
    before = weights(it)
    for _ in range(3):
        it.advance()
    assert it.diverged_at() is None
    assert not any(torch.equal(a, b) for a, b in zip(before, weights(it), strict=True) if a.ndim == 2)

    restored = trainer(changes, seed=9)
    restored.load_state_dict(it.state_dict())
    it.advance()
    restored.advance()
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
    only_d.advance()
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
    chance = by_hand.draws.next(by_hand.prior, by_hand.tempering, by_hand.guidance)
    g, d = by_hand.generator.network, by_hand.discriminator.network
    turn, x = chance.discriminator[0], POINTS[chance.discriminator[0].examples]

    def d_loss() -> Tensor:
        real, fake = torch.sigmoid(d(x).score), torch.sigmoid(d(g(turn.noise)).score)
        return -(real.log().mean() + (1 - fake).log().mean())

    def g_loss() -> Tensor:
        return (1 - torch.sigmoid(d(g(chance.generator[0])).score)).log().mean()

    if update == "simultaneous":
        d_gradients = torch.autograd.grad(d_loss(), list(d.parameters()))
        g_gradients = torch.autograd.grad(g_loss(), list(g.parameters()))
        descend(d, d_gradients)
        descend(g, g_gradients)
    else:
        descend(d, torch.autograd.grad(d_loss(), list(d.parameters())))
        descend(g, torch.autograd.grad(g_loss(), list(g.parameters())))
    it.advance()
    for mine, expected in zip(weights(it), weights(by_hand), strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-4, atol=1e-6)


def descend(network: torch.nn.Module, gradients: tuple[Tensor, ...]) -> None:
    with torch.no_grad():
        for parameter, gradient in zip(network.parameters(), gradients, strict=True):
            parameter -= 0.1 * gradient


def test_updates_per_step_are_counted() -> None:
    it = trainer({"discriminator_steps": 3, "generator_steps": 2})
    it.advance()
    assert it.discriminator.optimizer.steps[0] == 3
    assert it.generator.optimizer.steps[0] == 2


@pytest.mark.parametrize("tempering", [ANNEAL, LENS])
def test_tempering_changes_neither_initial_weights_nor_data_order_nor_latents(tempering: Any) -> None:
    plain, annealed = trainer(), trainer({"tempering": tempering})
    assert equal(weights(plain), weights(annealed))
    for _ in range(8):
        first = plain.draws.next(plain.prior, plain.tempering, plain.guidance)
        annealed.tempering.begin(annealed.step)
        second = annealed.draws.next(annealed.prior, annealed.tempering, annealed.guidance)
        annealed.step += 1
        assert torch.equal(first.discriminator[0].examples, second.discriminator[0].examples)
        assert torch.equal(first.discriminator[0].noise, second.discriminator[0].noise)
        assert torch.equal(first.generator[0], second.generator[0])


def test_at_infinite_beta_annealing_is_plain_training() -> None:
    over = {**ANNEAL, "uniform_steps": 0, "stage_steps": 0}
    plain, annealed = trainer(), trainer({"tempering": over})
    for _ in range(4):
        plain.advance()
        annealed.advance()
    assert equal(weights(plain), weights(annealed))


def test_the_seed_decides_everything() -> None:
    runs = [trainer(seed=seed) for seed in (3, 3, 4)]
    torch.manual_seed(77)
    for it in runs:
        it.advance()
    assert equal(weights(runs[0]), weights(runs[1]))
    assert not equal(weights(runs[0]), weights(runs[2]))


def test_dropout_and_batch_norm_resume_to_the_bit() -> None:
    maxout = {"kind": "maxout", "units": [6], "pieces": 2, "dropout_input": 0.2, "dropout_hidden": 0.5}
    networks = {"generator": {**MLP, "batch_norm": True}, "discriminator": maxout}
    it, restored = trainer({"networks": networks}), trainer({"networks": networks})
    it.advance()
    state = it.state_dict()
    restored.load_state_dict(state)
    restored.draws.load_state_dict(state["draws"])
    restored.advance()
    after = weights(restored)
    it.load_state_dict(state)
    it.advance()
    assert equal(after, weights(it))


def test_divergence_is_recorded_with_its_step() -> None:
    it = trainer()
    for _ in range(2):
        it.advance()
    with torch.no_grad():
        it.generator.parameters[0].fill_(float("nan"))
    it.advance()
    it.advance()
    assert it.diverged_at() == 3


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("tempering", [ANNEAL, LENS])
def test_a_step_reads_no_value_back_from_the_device(
    monkeypatch: pytest.MonkeyPatch, tempering: dict[str, Any], prior: str
) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("the step waited for the device")

    changes = {"tempering": tempering, "objective": OBJECTIVES["wasserstein_gp"], "guidance": DENOISING}
    networks = NETWORKS.get(prior, TRAIN["networks"])
    it = trainer({**changes, "prior": PRIORS[prior], "networks": networks})
    chance = it.draws.next(it.prior, it.tempering, it.guidance)
    for name in ("item", "__bool__", "__float__", "__int__", "cpu", "tolist", "numpy"):
        monkeypatch.setattr(Tensor, name, forbidden)
    it.iterate(chance)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_logs_of_probabilities_are_means_of_logs(objective: str) -> None:
    it = trainer({"objective": OBJECTIVES[objective]})
    it.advance()
    row = it.report()
    if objective in ("least_squares", "wasserstein_gp"):
        assert "log_d_real" not in row and "log_d_fake" not in row
        return
    for name in ("real", "fake"):
        expected = torch.sigmoid(it.seen[name]).log().mean().item()
        assert row[f"log_d_{name}"] == pytest.approx(expected, abs=1e-6)
