"""Optimisers as plain state and torch's functional update rules.

torch.optim's classes import torch's compiler at their first use, 1.6 s of every job, and check
their arguments at every step; their functional rules do neither. The updates are the same to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.optim.adam import adam as adam_rule
from torch.optim.rmsprop import rmsprop as rmsprop_rule
from torch.optim.sgd import sgd as sgd_rule

from pipeline.params import networks as blocks

EPSILON = 1e-8


class Optimizer:
    """State of one optimiser: named lists of tensors, one tensor a parameter."""

    names: ClassVar[tuple[str, ...]]

    def __init__(self, config: blocks.Optimizer, parameters: Sequence[Tensor]) -> None:
        self.config, self.parameters = config, list(parameters)
        self.steps = [torch.zeros((), device=p.device) for p in self.parameters]
        self.slots = {name: [torch.zeros_like(p) for p in self.parameters] for name in self.names}

    def step(self, gradients: Sequence[Tensor]) -> None:
        """Move the parameters by one update."""
        raise NotImplementedError

    def convert(self, fn: Callable[[Tensor], Tensor]) -> None:
        """Take the state along when the parameters go to another device."""
        self.steps = [fn(step) for step in self.steps]
        self.slots = {name: [fn(value) for value in values] for name, values in self.slots.items()}

    def state_dict(self) -> dict[str, Any]:
        return {"steps": self.steps, **self.slots}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for name, mine in {"steps": self.steps, **self.slots}.items():
            for target, value in zip(mine, state[name], strict=True):
                target.copy_(value)


class Adam(Optimizer):
    config: blocks.Adam
    names = ("first", "second")

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor]) -> None:
        adam_rule(
            self.parameters,
            list(gradients),
            self.slots["first"],
            self.slots["second"],
            [],
            self.steps,
            fused=True,
            amsgrad=False,
            beta1=self.config.beta1,
            beta2=self.config.beta2,
            lr=self.config.lr,
            weight_decay=0.0,
            eps=EPSILON,
            maximize=False,
        )


class RMSProp(Optimizer):
    config: blocks.RMSProp
    names = ("square",)

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor]) -> None:
        rmsprop_rule(
            self.parameters,
            list(gradients),
            self.slots["square"],
            [],
            [],
            self.steps,
            foreach=True,
            lr=self.config.lr,
            alpha=self.config.decay,
            eps=EPSILON,
            weight_decay=0.0,
            momentum=0.0,
            centered=False,
        )


class SGD(Optimizer):
    """Momentum descent with a decaying rate and a momentum ramp; `updates` counts what was applied."""

    config: blocks.SGD
    names = ("momentum",)
    updates = 0

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor]) -> None:
        sgd_rule(
            self.parameters,
            list(gradients),
            list(self.slots["momentum"]),
            fused=False,
            foreach=True,
            weight_decay=0.0,
            momentum=momentum_at(self.config, self.updates),
            lr=rate_at(self.config, self.updates),
            dampening=0.0,
            nesterov=False,
            maximize=False,
        )
        self.updates += 1

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "updates": self.updates}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self.updates = state["updates"]


def rate_at(config: blocks.SGD, update: int) -> float:
    """Learning rate of update number `update`, counted from 0."""
    return max(config.lr / config.lr_divisor**update, config.lr_minimum)


def momentum_at(config: blocks.SGD, update: int) -> float:
    """Momentum of update number `update`, counted from 0."""
    if config.momentum_final is None:
        return config.momentum
    progress = min(update / config.momentum_steps, 1.0)
    return config.momentum + progress * (config.momentum_final - config.momentum)


def build(config: blocks.Optimizer, parameters: Sequence[Tensor]) -> Optimizer:
    """The optimiser of a block, over the given parameters."""
    optimizer: Optimizer = config.load()(config, parameters)
    return optimizer
