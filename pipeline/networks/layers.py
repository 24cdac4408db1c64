"""What all networks share: the discriminator's form, activations and initialisation."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from pipeline.base.errors import PipelineError
from pipeline.base.random_streams import derive
from pipeline.params import networks as blocks
from pipeline.params.base import Activation, Block

ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.2),
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "linear": nn.Identity,
}
# Side of an image → side of the smallest map of its convolutions, and how many doublings lie between
PYRAMIDS = {16: (4, 2), 28: (7, 2), 32: (4, 3), 48: (6, 3), 64: (4, 4)}
Convolutions = (
    blocks.DCGANGenerator | blocks.DCGANDiscriminator | blocks.Conv3Generator | blocks.Conv3Discriminator
)
Network = TypeVar("Network", bound=nn.Module)


class DiscriminatorOutput(NamedTuple):
    """score: D's output before any sigmoid, (batch,). features: its penultimate layer, (batch, width)."""

    score: Tensor
    features: Tensor


class Discriminator(nn.Module):
    """A trunk that gives features (batch, width), and a head that scores them.

    trunk_width: of the trunk's flat output, which a feature layer of the config may map to another.
    """

    def __init__(self, trunk: nn.Module, trunk_width: int, config: blocks.DiscriminatorBlock) -> None:
        super().__init__()
        layer = config.features
        self.width = layer.width if layer else trunk_width
        extra = [nn.Linear(trunk_width, self.width), activation(layer.activation)] if layer else []
        self.trunk = nn.Sequential(trunk, *extra)
        widths = [self.width, *config.head]
        hidden = [m for a, b in pairwise(widths) for m in (nn.Linear(a, b), activation("leaky_relu"))]
        self.head = nn.Sequential(*hidden, nn.Linear(widths[-1], 1))

    def forward(self, x: Tensor) -> DiscriminatorOutput:
        features = self.trunk(x)
        return DiscriminatorOutput(self.head(features).squeeze(1), features)


def activation(name: Activation) -> nn.Module:
    return ACTIVATIONS[name]()


def build(make: Callable[[], Network], config: Block, seed: int, name: str) -> Network:
    """A network with the initial weights of its block, all drawn from the stream init/`name` of the run.

    A block without `init` leaves the weights as the layers drew them.
    """
    with seeded(seed, f"init/{name}"):
        network = make()
        init: blocks.Init | None = getattr(config, "init", None)
        if init is not None and init.kind != "default":
            initialise(network, init)
    return network


@contextlib.contextmanager
def seeded(seed: int, name: str) -> Iterator[None]:
    """Draw torch's global random numbers from the stream (seed, name) and put the old state back."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(seed, name))
        yield


def initialise(network: nn.Module, init: blocks.Init) -> None:
    """Redraw the weights of linear, convolution and batch-norm layers in place."""
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


def pyramid(config: Convolutions, shape: tuple[int, ...]) -> tuple[int, list[int]]:
    """Side of the smallest map, and the channels of each resolution from there up to the widest map but the
    image. Raises PipelineError when the architecture makes no such images."""
    if len(shape) != 3 or shape[1] != shape[2] or shape[1] not in config.sides:
        raise PipelineError(
            f"Networks of kind '{config.kind}' make square images of {', '.join(map(str, config.sides))} "
            f"pixels, not data of shape {shape}: choose kind 'mlp', or another data set."
        )
    base, levels = PYRAMIDS[shape[1]]
    return base, [config.channels * 2**level for level in reversed(range(levels))]


def size(shape: tuple[int, ...]) -> int:
    """Number of values in one example."""
    return math.prod(shape)
