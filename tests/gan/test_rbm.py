from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from pipeline.gan.rbm import LOG_2, RBM, Visible, log_2cosh

KINDS: tuple[Visible, ...] = ("binary", "gaussian")


def random_rbm(visible: int, hidden: int, seed: int = 0, std: float = 0.5, kind: Visible = "binary") -> RBM:
    stream = torch.Generator().manual_seed(seed)
    rbm = RBM(visible, hidden, kind).double()
    for parameter in rbm.parameters():
        parameter.copy_(std * torch.randn(parameter.shape, generator=stream))
    return rbm


def all_states(units: int) -> Tensor:
    return torch.tensor(list(itertools.product((-1.0, 1.0), repeat=units)), dtype=torch.float64)


def brute_energy(rbm: RBM, v: Tensor, h: Tensor) -> float:
    total = 0.5 * sum(float(x) ** 2 for x in v) if rbm.kind == "gaussian" else 0.0
    for i, vi in enumerate(v):
        total -= float(vi * rbm.visible_bias[i])
        for j, hj in enumerate(h):
            total -= float(vi * hj * rbm.weight[i, j])
    return total - sum(float(hj * rbm.hidden_bias[j]) for j, hj in enumerate(h))


def joint(rbm: RBM) -> tuple[Tensor, Tensor, Tensor]:
    """All (v, h) of a small binary RBM, and the probability of each pair (visible states, hidden states)."""
    vs, hs = all_states(rbm.weight.shape[0]), all_states(rbm.weight.shape[1])
    energies = torch.tensor([[brute_energy(rbm, v, h) for h in hs] for v in vs], dtype=torch.float64)
    return vs, hs, (-energies).flatten().softmax(0).view_as(energies)


@pytest.mark.parametrize("kind", KINDS)
def test_energy_and_free_energy_equal_brute_force(kind: Visible) -> None:
    rbm = random_rbm(4, 3, kind=kind)
    hs = all_states(3)
    vs = all_states(4) if kind == "binary" else torch.randn(5, 4, dtype=torch.float64)
    for v in vs:
        energies = torch.tensor([brute_energy(rbm, v, h) for h in hs], dtype=torch.float64)
        torch.testing.assert_close(rbm.energy(v.expand(len(hs), -1), hs), energies, atol=1e-6, rtol=0)
        free = -torch.logsumexp(-energies, 0)
        torch.testing.assert_close(rbm.free_energy(v[None])[0], free, atol=1e-6, rtol=0)


def test_conditionals_equal_those_of_the_joint_law() -> None:
    rbm = random_rbm(4, 3)
    vs, hs, p = joint(rbm)
    hidden = p @ hs / p.sum(1, keepdim=True)
    visible = p.T @ vs / p.sum(0)[:, None]
    torch.testing.assert_close(rbm.hidden_mean(vs), hidden, atol=1e-6, rtol=0)
    torch.testing.assert_close(rbm.visible_mean(hs), visible, atol=1e-6, rtol=0)


def test_probability_of_a_unit_carries_the_factor_two() -> None:
    rbm = random_rbm(4, 3)
    v = all_states(4)[5:6]
    uniform = torch.linspace(0.0005, 0.9995, 1000, dtype=torch.float64)[:, None].expand(-1, 3)
    share = (rbm.sample_hidden(v.expand(1000, -1), uniform) > 0).double().mean(0)
    expected = torch.sigmoid(2 * (v @ rbm.weight + rbm.hidden_bias))[0]
    torch.testing.assert_close(share, expected, atol=1e-3, rtol=0)


def test_gaussian_visibles_have_unit_variance_about_their_field() -> None:
    rbm = random_rbm(2, 3, kind="gaussian")
    h = all_states(3)[2:3].expand(20_000, -1)
    uniform = torch.rand(20_000, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    v = rbm.sample_visible(h, uniform)
    torch.testing.assert_close(v.mean(0), rbm.visible_mean(h[:1])[0], atol=0.03, rtol=0)
    torch.testing.assert_close(v.var(0), torch.ones(2).double(), atol=0.05, rtol=0)
    assert rbm.sample_visible(h[:2], torch.zeros(2, 2, dtype=torch.float64)).isfinite().all()


def test_the_gibbs_chain_has_the_boltzmann_law() -> None:
    rbm = random_rbm(3, 2, std=0.6)
    vs, _, p = joint(rbm)
    chains, steps = 40_000, 60
    uniform = torch.rand(
        chains, steps * rbm.step_noise, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    *_, (v, _) = rbm.steps(torch.ones(chains, 3, dtype=torch.float64), uniform)
    counts = torch.stack([(v == state).all(1).double().mean() for state in vs])
    # five standard errors of a share of 40,000 chains
    torch.testing.assert_close(counts, p.sum(1), atol=5 * 0.5 / math.sqrt(chains), rtol=0)


def test_a_chain_takes_one_uniform_number_a_unit_and_step() -> None:
    rbm = random_rbm(4, 3)
    uniform = torch.rand(2, 5 * rbm.step_noise, dtype=torch.float64)
    chain = list(rbm.steps(torch.ones(2, 4, dtype=torch.float64), uniform))
    assert rbm.step_noise == 7 and len(chain) == 5
    assert all(v.abs().eq(1).all() and h.abs().eq(1).all() for v, h in chain)


def test_moments_of_the_model_are_the_gradient_of_log_z() -> None:
    """The exact derivative of log P, by autograd through brute-force enumeration."""
    rbm = random_rbm(4, 3)
    data = all_states(4)[[1, 4, 7, 7, 12]]
    exact = exact_gradient(rbm, data)
    vs, _, p = joint(rbm)
    h = rbm.hidden_mean(vs)
    model = (vs * p.sum(1)[:, None]).T @ h
    torch.testing.assert_close(rbm.moments(data).weight - model, exact[0], atol=1e-9, rtol=0)


@pytest.mark.parametrize("steps", [1, 2, 10])
def test_contrastive_divergence_points_along_the_exact_gradient(steps: int) -> None:
    rbm = random_rbm(5, 3, std=0.3)
    stream = torch.Generator().manual_seed(2)
    data = all_states(5)[torch.randint(0, 6, (4000,), generator=stream)]
    uniform = torch.rand(4000, steps * rbm.step_noise, generator=stream, dtype=torch.float64)
    *_, (reconstruction, _) = rbm.steps(data, uniform)
    estimate = torch.cat([d.flatten() for d in rbm.contrastive_divergence(data, reconstruction)])
    exact = torch.cat([d.flatten() for d in exact_gradient(rbm, data)])
    assert torch.cosine_similarity(estimate, exact, dim=0) > (0.85 if steps < 10 else 0.98)
    large = exact.abs() > 0.2
    assert large.any() and torch.equal(estimate[large].sign(), exact[large].sign())


def exact_gradient(rbm: RBM, data: Tensor) -> tuple[Tensor, ...]:
    """Derivative of the mean log P(v), by autograd through brute-force enumeration."""
    parameters = [p.clone().requires_grad_() for p in (rbm.weight, rbm.visible_bias, rbm.hidden_bias)]

    def free(v: Tensor) -> Tensor:
        weight, b, c = parameters
        return -(v @ b) - torch.log(2 * torch.cosh(v @ weight + c)).sum(1)

    log_z = torch.logsumexp(-free(all_states(rbm.weight.shape[0])), 0)
    return torch.autograd.grad((-free(data) - log_z).mean(), parameters)


def test_log_2cosh_does_not_overflow() -> None:
    x = torch.tensor([0.0, 1.0, -1.0, 500.0, -500.0], dtype=torch.float64)
    expected = torch.tensor([LOG_2, math.log(2 * math.cosh(1)), math.log(2 * math.cosh(1)), 500.0, 500.0])
    torch.testing.assert_close(log_2cosh(x), expected.double())
