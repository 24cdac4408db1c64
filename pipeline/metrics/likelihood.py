"""Likelihood of restricted Boltzmann machines: exact by enumeration, or by annealed importance sampling."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pipeline.base.errors import PipelineError
from pipeline.gan.rbm import LOG_2, RBM, draw_visible, log_2cosh, signs

# 2²² states of one side, taken in blocks, are some seconds; two more units are four times as many.
ENUMERABLE = 22
BLOCK = 2**14


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error."""

    value: float
    error: float


def exact_log_partition(rbm: RBM) -> float:
    """log Z in nats, summed over all states of the smaller side that has ±1 units.

    Raises PipelineError when that side has more than 22 units.
    """
    visible, hidden = rbm.weight.shape
    over_visible = rbm.kind == "binary" and visible < hidden
    units = visible if over_visible else hidden
    if units > ENUMERABLE:
        raise PipelineError(
            f"An RBM of {visible} × {hidden} units has too many states to enumerate: at most {ENUMERABLE} "
            "units on one side; estimate its partition function instead."
        )
    sums = []
    for first in range(0, 2**units, BLOCK):
        states = corners(units, first, min(first + BLOCK, 2**units)).to(rbm.weight)
        log_weights = -rbm.free_energy(states) if over_visible else _log_weight_of_hidden(rbm, states)
        sums.append(log_weights.double().logsumexp(0))
    return torch.stack(sums).logsumexp(0).item()


def corners(units: int, first: int, last: int) -> Tensor:
    """The states number `first` … `last` − 1 of {−1, 1}^units, float64 (last − first, units)."""
    bits = torch.arange(first, last)[:, None] >> torch.arange(units) & 1
    return 2.0 * bits.double() - 1


def _log_weight_of_hidden(rbm: RBM, h: Tensor) -> Tensor:
    """log Σ_v exp(−E(v, h)), an integral for Gaussian visibles: (batch,)."""
    field = rbm.visible_field(h)
    return h @ rbm.hidden_bias + _log_sum_over_visible(rbm, field)


def _log_sum_over_visible(rbm: RBM, field: Tensor) -> Tensor:
    """log Σ_v exp(v·field) over ±1 units, or log ∫ exp(v·field − ½‖v‖²) dv: (batch,)."""
    if rbm.kind == "binary":
        return log_2cosh(field).sum(-1)
    return (0.5 * (field.square() + math.log(2 * math.pi))).sum(-1)


@torch.no_grad()
def ais_log_partition(
    rbm: RBM, *, chains: int, temperatures: int, stream: torch.Generator, base: Tensor | None = None
) -> Estimate:
    """log Z in nats by annealed importance sampling (Neal 2001; Salakhutdinov & Murray 2008, Sec. 4.1).

    base: visible biases (visible,) of the start, an RBM without weights: independent units at the data's
    rates say; zeros are the uniform law. Its biases fade into the RBM's as β goes from 0 to 1 in
    `temperatures` equal steps:
    p_β(v) ∝ exp(v·((1 − β)·base + β·b)) Π_j 2cosh(β(c_j + v·w_j)), with −½‖v‖² for Gaussian visibles.
    The error is the standard error over chains; it knows nothing of modes that no chain has found.
    """
    rbm = _double(rbm)
    visible, hidden = rbm.weight.shape
    start = torch.zeros(visible).double() if base is None else base.double()

    def uniform(units: int) -> Tensor:
        return torch.rand(chains, units, generator=stream, dtype=torch.float64)

    v = draw_visible(rbm.kind, start.expand(chains, -1), uniform(visible))
    log_weights = torch.zeros(chains, dtype=torch.float64)
    betas = torch.linspace(0, 1, temperatures + 1, dtype=torch.float64)
    tilt = v @ (rbm.visible_bias - start)
    field = rbm.hidden_field(v)
    for cold, warm in zip(betas[:-1].tolist(), betas[1:].tolist(), strict=True):
        log_weights += (warm - cold) * tilt + (log_2cosh(warm * field) - log_2cosh(cold * field)).sum(1)
        h = signs(warm * field, uniform(hidden))
        mixed = (1 - warm) * start + warm * rbm.visible_field(h)
        v = draw_visible(rbm.kind, mixed, uniform(visible))
        tilt, field = v @ (rbm.visible_bias - start), rbm.hidden_field(v)
    log_base = _log_sum_over_visible(rbm, start).item() + hidden * LOG_2
    return _log_mean(log_weights, log_base)


def _double(rbm: RBM) -> RBM:
    visible, hidden = rbm.weight.shape
    twin = RBM(visible, hidden, rbm.kind).double()
    twin.load_state_dict(rbm.state_dict())
    return twin


def _log_mean(log_weights: Tensor, offset: float) -> Estimate:
    """offset + log of the mean of exp(log_weights), with the error of that log to first order."""
    count = len(log_weights)
    relative = (log_weights - log_weights.max()).exp()
    mean = relative.mean()
    error = relative.std() / (mean * math.sqrt(count))
    return Estimate(offset + log_weights.max().item() + mean.log().item(), error.item())


@torch.no_grad()
def log_likelihood(rbm: RBM, visible: Tensor, log_partition: float) -> Tensor:
    """log P(v) = −F(v) − log Z of states (n, visible), in nats: float64 (n,)."""
    return -_double(rbm).free_energy(visible.double()) - log_partition


def bernoulli_rates(visible: np.ndarray) -> np.ndarray:
    """P(v_i = 1) of each ±1 unit from states (n, units), as if it had been seen once more up and once down,
    so that no rate is 0 or 1."""
    return ((visible > 0).sum(axis=0) + 1) / (len(visible) + 2)


def bernoulli_log_likelihood(rates: np.ndarray, visible: np.ndarray) -> np.ndarray:
    """log P(v) of ±1 states (n, units) under independent units of the given rates, in nats: (n,)."""
    up = visible > 0
    found: np.ndarray = np.where(up, np.log(rates), np.log1p(-rates)).sum(axis=1)
    return found


def uniform_log_likelihood(units: int) -> float:
    """log P of any state of `units` ±1 units under the uniform law: −units·log 2."""
    return -units * LOG_2


def binarised(features: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """±1 states with the tanh features (n, units) as their means, float32."""
    up = stream.random(features.shape) < (1 + features.astype(np.float64)) / 2
    return np.where(up, 1, -1).astype(np.float32)
