"""The mathematics of restricted Boltzmann machines with ±1 units, apart from any training loop.

Signs and factors follow one energy, so that sampler, free energy and likelihood agree (aan, Sec. 4 and 6,
where the units ±1 bring a factor 2 into the conditional probabilities).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

Visible = Literal["binary", "gaussian"]
LOG_2 = math.log(2)
# torch.rand gives multiples of 2⁻²⁴; the normal quantile of 0 itself would be infinite.
LEAST_UNIFORM = 2.0**-25


class Gradient(NamedTuple):
    """Derivatives of the log-likelihood: weight (visible, hidden), visible_bias and hidden_bias."""

    weight: Tensor
    visible_bias: Tensor
    hidden_bias: Tensor


class RBM(nn.Module):
    """P(v, h) ∝ exp(−E(v, h)) with E = −v·W·h − v·b − h·c, and ½‖v‖² more for Gaussian visibles.

    Hidden units are ±1; visible units are ±1, or real with unit variance. ½‖v‖² is constant for ±1
    units and left out. weight: W (visible, hidden). The derivatives are explicit, so that no parameter
    asks for autograd.
    """

    def __init__(self, visible: int, hidden: int, kind: Visible = "binary", std: float = 0.01) -> None:
        super().__init__()
        self.kind = kind
        self.weight = nn.Parameter(std * torch.randn(visible, hidden), requires_grad=False)
        self.visible_bias = nn.Parameter(torch.zeros(visible), requires_grad=False)
        self.hidden_bias = nn.Parameter(torch.zeros(hidden), requires_grad=False)

    @property
    def step_noise(self) -> int:
        """Uniform numbers that one Gibbs step of one chain takes."""
        return sum(self.weight.shape)

    def energy(self, v: Tensor, h: Tensor) -> Tensor:
        """E(v, h) of states (batch, visible) and (batch, hidden): (batch,)."""
        interaction = ((v @ self.weight) * h).sum(1)
        return self._own_energy(v) - interaction - v @ self.visible_bias - h @ self.hidden_bias

    def free_energy(self, v: Tensor) -> Tensor:
        """F(v) = −log Σ_h exp(−E(v, h)): (batch,)."""
        return self._own_energy(v) - v @ self.visible_bias - log_2cosh(self.hidden_field(v)).sum(1)

    def hidden_field(self, v: Tensor) -> Tensor:
        """c + v·W, whose tanh is E[h | v]: P(h_j = 1 | v) = σ(2(c_j + Σ_i v_i w_ij))."""
        return v @ self.weight + self.hidden_bias

    def visible_field(self, h: Tensor) -> Tensor:
        """b + W·h, of which E[v | h] is the tanh for ±1 units, and itself for Gaussian ones."""
        return h @ self.weight.T + self.visible_bias

    def hidden_mean(self, v: Tensor) -> Tensor:
        return torch.tanh(self.hidden_field(v))

    def visible_mean(self, h: Tensor) -> Tensor:
        field = self.visible_field(h)
        return torch.tanh(field) if self.kind == "binary" else field

    def sample_hidden(self, v: Tensor, uniform: Tensor) -> Tensor:
        """h ~ P(h | v) from as many U(0, 1) numbers."""
        return signs(self.hidden_field(v), uniform)

    def sample_visible(self, h: Tensor, uniform: Tensor) -> Tensor:
        """v ~ P(v | h) from as many U(0, 1) numbers."""
        return draw_visible(self.kind, self.visible_field(h), uniform)

    def steps(self, v: Tensor, uniform: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """A Gibbs chain from v (batch, visible): after each step its v, and the h that it was drawn from.

        uniform: U(0, 1) numbers (batch, steps·(visible + hidden)).
        """
        sizes = self.weight.shape[1], self.weight.shape[0]
        for numbers in uniform.split(self.step_noise, dim=1):
            for_hidden, for_visible = numbers.split(sizes, dim=1)
            h = self.sample_hidden(v, for_hidden)
            v = self.sample_visible(h, for_visible)
            yield v, h

    def contrastive_divergence(self, data: Tensor, reconstruction: Tensor) -> Gradient:
        """⟨·⟩_data − ⟨·⟩_reconstruction, an estimate of the log-likelihood's derivative (aan, Sec. 4).

        Both are visibles (batch, visible): the data, ±1 or their means, and the chain's end. Hidden units
        enter by their means, which has less variance than samples.
        """
        positive, negative = (self.moments(v) for v in (data, reconstruction))
        return Gradient(*(plus - minus for plus, minus in zip(positive, negative, strict=True)))

    def moments(self, v: Tensor) -> Gradient:
        """⟨v hᵀ⟩, ⟨v⟩ and ⟨h⟩ over a batch (batch, visible), with E[h | v] for h."""
        h = self.hidden_mean(v)
        return Gradient(v.T @ h / len(v), v.mean(0), h.mean(0))

    def _own_energy(self, v: Tensor) -> Tensor:
        return v.new_zeros(len(v)) if self.kind == "binary" else 0.5 * v.square().sum(1)


def log_2cosh(x: Tensor) -> Tensor:
    """log(eˣ + e⁻ˣ) without overflow."""
    return softplus(2 * x) - x


def signs(field: Tensor, uniform: Tensor) -> Tensor:
    """±1 units with mean tanh(field), from U(0, 1) numbers of the same shape."""
    return torch.where(uniform < torch.sigmoid(2 * field), 1.0, -1.0).to(field.dtype)


def draw_visible(kind: Visible, field: Tensor, uniform: Tensor) -> Tensor:
    """Visible units under a field, from U(0, 1) numbers of the same shape."""
    if kind == "binary":
        return signs(field, uniform)
    return field + torch.special.ndtri(uniform.clamp(LEAST_UNIFORM, 1 - LEAST_UNIFORM))
