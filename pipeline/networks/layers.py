"""What all networks share: the discriminator's form, activations and initialisations."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from pipeline.base.random_streams import derive
from pipeline.params import networks as blocks
from pipeline.params.base import Activation


class Judgement(NamedTuple):
    """score: D's output before any sigmoid, (batch,). features: its penultimate layer, (batch, width)."""

    score: Tensor
    features: Tensor


class Discriminator(nn.Module):
    """A trunk that gives features (batch, width), and a head that scores them.

    trunk_width: of the trunk's flat output, which a feature layer of the config may map to another.
    """

    def __init__(self, trunk: nn.Module, trunk_width: int, config: blocks.Judge) -> None:
        super().__init__()
        layer = config.features
        self.width = layer.width if layer else trunk_width
        extra = [nn.Linear(trunk_width, self.width), activation(layer.activation)] if layer else []
        self.trunk = nn.Sequential(trunk, *extra)
        widths = [self.width, *config.head]
        hidden = [m for a, b in pairwise(widths) for m in (nn.Linear(a, b), activation("leaky_relu"))]
        self.head = nn.Sequential(*hidden, nn.Linear(widths[-1], 1))

    def forward(self, x: Tensor) -> Judgement:
        features = self.trunk(x)
        return Judgement(self.head(features).squeeze(1), features)


def activation(name: Activation) -> nn.Module:
    table: dict[str, Callable[[], nn.Module]] = {
        "relu": nn.ReLU,
        "leaky_relu": lambda: nn.LeakyReLU(0.2),
        "tanh": nn.Tanh,
        "sigmoid": nn.Sigmoid,
        "linear": nn.Identity,
    }
    return table[name]()


@contextlib.contextmanager
def seeded(seed: int, name: str) -> Iterator[None]:
    """Draw torch's global random numbers from the stream (seed, name) and put the old state back."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(seed, name))
        yield


def initialise(network: nn.Module, init: blocks.Init) -> None:
    """Redraw the weights of linear, convolution and batch-norm layers in place."""
    if init.kind == "default":
        return
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            if init.kind == "normal":
                nn.init.normal_(layer.weight, 1.0, init.std)
        elif isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            if init.kind == "normal":
                nn.init.normal_(layer.weight, 0.0, init.std)
            elif init.kind == "uniform":
                nn.init.uniform_(layer.weight, -init.bound, init.bound)
            else:
                nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def size(shape: tuple[int, ...]) -> int:
    """Number of values in one example."""
    return math.prod(shape)
