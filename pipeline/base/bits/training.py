"""Steps of training: forward, backward and an optimiser, and a double backward."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.base.bits.operations import Hashed, normal


def penalised() -> list[Hashed]:
    """The critic's gradient penalty, through batch norm's absence and a convolution: a double backward."""
    critic = nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.Tanh(), nn.Conv2d(8, 12, 3), nn.Tanh(), nn.Flatten())
    head = nn.Linear(12 * 16, 1)
    weights = drawn("penalised", [*critic.parameters(), *head.parameters()])
    x = normal("penalised", 9, 1, 12, 12).requires_grad_()
    (slope,) = torch.autograd.grad(head(critic(x)).sum(), x, create_graph=True)
    penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
    return [penalty, *torch.autograd.grad(penalty, weights, allow_unused=True, materialize_grads=True)]


def drawn(name: str, weights: Iterable[Tensor]) -> list[Tensor]:
    weights = list(weights)
    for number, weight in enumerate(weights):
        weight.data = normal(f"{name}{number}", *weight.shape) * 0.1
    return weights


def trained(name: str, network: nn.Module, shape: tuple[int, ...], optimizer: str) -> list[Hashed]:
    """Weights after five steps on noise."""
    weights = drawn(name, network.parameters())
    descent: torch.optim.Optimizer = (
        torch.optim.Adam(weights, 1e-3, fused=True)
        if optimizer == "adam"
        else torch.optim.SGD(weights, 0.05, momentum=0.5, fused=optimizer == "fused momentum")
    )
    for step in range(5):
        descent.zero_grad()
        functional.softplus(-network(normal(f"{name}{step}x", *shape))).mean().backward()
        descent.step()
    return [*weights]


class Maxout(nn.Module):
    """The largest of five pieces, as the maxout networks of the first paper."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces, self.head = nn.Linear(64, 5 * 24), nn.Linear(24, 1)

    def forward(self, x: Tensor) -> Tensor:
        score: Tensor = self.head(self.pieces(x).unflatten(1, (24, 5)).amax(2))
        return score


def points() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 128), nn.Tanh(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1))


def images() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(16, 32, 4, 2, 1),
        nn.BatchNorm2d(32),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(32 * 9, 1),
    )


def flat() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 96), nn.BatchNorm1d(96), nn.ReLU(), nn.Linear(96, 1))


def upward() -> nn.Module:
    return nn.Sequential(
        nn.Linear(20, 16 * 9),
        nn.Unflatten(1, (16, 3, 3)),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, 2, 1),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 1, 4, 2, 1),
        nn.Tanh(),
    )
