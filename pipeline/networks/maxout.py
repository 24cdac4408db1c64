"""Maxout discriminator with dropout (the MNIST discriminator of Goodfellow et al. 2014)."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from pipeline.networks.layers import Discriminator, size
from pipeline.params.networks import Maxout


class MaxoutLayer(nn.Module):
    """The largest of `pieces` linear maps for each of `units` outputs: (batch, inputs) → (batch, units)."""

    def __init__(self, inputs: int, units: int, pieces: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, units * pieces)
        self.pieces = pieces

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).unflatten(1, (-1, self.pieces)).amax(2)


def discriminator(config: Maxout, shape: tuple[int, ...]) -> Discriminator:
    widths = [size(shape), *config.units]
    layers: list[nn.Module] = [nn.Flatten(), nn.Dropout(config.dropout_input)]
    for inputs, units in pairwise(widths):
        layers += [MaxoutLayer(inputs, units, config.pieces), nn.Dropout(config.dropout_hidden)]
    return Discriminator(nn.Sequential(*layers), widths[-1], config)
