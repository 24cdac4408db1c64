from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from pipeline.base.errors import PipelineError
from pipeline.gan.rbm import RBM, Visible
from pipeline.metrics import likelihood


def random_rbm(visible: int, hidden: int, seed: int, std: float = 0.4, kind: Visible = "binary") -> RBM:
    stream = torch.Generator().manual_seed(seed)
    rbm = RBM(visible, hidden, kind)
    for parameter in rbm.parameters():
        parameter.copy_(std * torch.randn(parameter.shape, generator=stream))
    return rbm


@pytest.mark.parametrize(("visible", "hidden"), [(4, 3), (3, 5)])
def test_exact_log_partition_is_the_sum_over_all_states(visible: int, hidden: int) -> None:
    rbm = random_rbm(visible, hidden, 0)
    states = [torch.tensor(s) for s in itertools.product((-1.0, 1.0), repeat=visible + hidden)]
    energies = [rbm.energy(s[None, :visible], s[None, visible:]).item() for s in states]
    brute = math.log(sum(math.exp(-energy) for energy in energies))
    assert likelihood.exact_log_partition(rbm) == pytest.approx(brute, abs=1e-5)


def test_exact_log_partition_of_gaussian_visibles_is_the_integral() -> None:
    rbm = random_rbm(1, 3, 1, kind="gaussian")
    grid = torch.linspace(-12, 12, 20_001)
    integral = torch.trapezoid((-rbm.free_energy(grid[:, None])).exp().double(), grid.double())
    assert likelihood.exact_log_partition(rbm) == pytest.approx(math.log(integral), abs=1e-5)


def test_both_sides_of_an_rbm_give_the_same_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    rbm = random_rbm(7, 5, 2)
    turned = RBM(5, 7)
    turned.weight.copy_(rbm.weight.T)
    turned.visible_bias.copy_(rbm.hidden_bias)
    turned.hidden_bias.copy_(rbm.visible_bias)
    monkeypatch.setattr(likelihood, "BLOCK", 8)
    first, second = (likelihood.exact_log_partition(one) for one in (rbm, turned))
    assert first == pytest.approx(second, abs=1e-5)


def test_an_rbm_of_many_units_is_not_enumerated() -> None:
    with pytest.raises(PipelineError, match="23 × 40 units has too many states"):
        likelihood.exact_log_partition(RBM(23, 40))


@pytest.mark.parametrize("seed", range(10))
def test_ais_agrees_with_enumeration_within_its_error(seed: int) -> None:
    """Ten random RBMs of at most 16 × 16 units; three standard errors on either side."""
    sizes = torch.randint(4, 17, (2,), generator=torch.Generator().manual_seed(100 + seed)).tolist()
    rbm = random_rbm(*sizes, seed)
    estimate = likelihood.ais_log_partition(
        rbm, chains=400, temperatures=300, stream=torch.Generator().manual_seed(seed)
    )
    assert 0 < estimate.error < 0.2
    assert abs(estimate.value - likelihood.exact_log_partition(rbm)) < 3 * estimate.error


def test_ais_does_not_depend_on_where_it_starts() -> None:
    rbm = random_rbm(8, 6, 3)
    stream = torch.Generator().manual_seed(0)
    starts = (None, torch.atanh(torch.linspace(-0.8, 0.8, 8)))
    found = [
        likelihood.ais_log_partition(rbm, chains=400, temperatures=300, stream=stream, base=base)
        for base in starts
    ]
    spread = math.hypot(found[0].error, found[1].error)
    assert abs(found[0].value - found[1].value) < 4 * spread


def test_ais_of_gaussian_visibles_agrees_with_the_closed_form() -> None:
    rbm = random_rbm(6, 5, 4, std=0.3, kind="gaussian")
    estimate = likelihood.ais_log_partition(
        rbm, chains=400, temperatures=300, stream=torch.Generator().manual_seed(0)
    )
    assert abs(estimate.value - likelihood.exact_log_partition(rbm)) < 4 * estimate.error


def test_ais_is_exact_where_the_start_is_the_rbm_itself() -> None:
    rbm = random_rbm(6, 4, 5)
    rbm.weight.zero_()
    rbm.hidden_bias.zero_()
    estimate = likelihood.ais_log_partition(
        rbm, chains=10, temperatures=5, stream=torch.Generator().manual_seed(0), base=rbm.visible_bias
    )
    assert estimate.error == pytest.approx(0, abs=1e-12)
    assert estimate.value == pytest.approx(likelihood.exact_log_partition(rbm), abs=1e-5)


def test_probabilities_of_all_states_sum_to_one() -> None:
    rbm = random_rbm(6, 4, 6)
    states = likelihood.corners(6, 0, 64).float()
    logs = likelihood.log_likelihood(rbm, states, likelihood.exact_log_partition(rbm))
    assert logs.exp().sum().item() == pytest.approx(1, abs=1e-5)
    rates = likelihood.bernoulli_rates(states.numpy()[:20])
    baseline = likelihood.bernoulli_log_likelihood(rates, states.numpy())
    assert np.exp(baseline).sum() == pytest.approx(1)
    assert np.isfinite(baseline).all()
    assert 64 * math.exp(likelihood.uniform_log_likelihood(6)) == pytest.approx(1)


def test_binarised_features_have_the_features_as_means() -> None:
    features = np.tile(np.array([[-1.0, -0.5, 0.0, 0.9, 1.0]], np.float32), (20_000, 1))
    states = likelihood.binarised(features, np.random.default_rng(0))
    assert set(np.unique(states)) == {-1.0, 1.0}
    np.testing.assert_allclose(states.mean(axis=0), features[0], atol=0.03)
