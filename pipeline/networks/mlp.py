"""Fully connected networks (beta_gan, captions of Fig. 2 and 5; gan, MNIST generator)."""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from pipeline.networks.layers import Discriminator, activation, size
from pipeline.params.networks import MLPDiscriminator, MLPGenerator


def generator(config: MLPGenerator, latent: int, shape: tuple[int, ...]) -> nn.Module:
    widths = [latent, *config.hidden]
    hidden = _hidden(config, widths)
    if config.last:
        hidden[-1] = activation(config.last)
    return nn.Sequential(
        *hidden,
        nn.Linear(widths[-1], size(shape)),
        activation(config.output),
        nn.Unflatten(1, shape),
    )


def discriminator(config: MLPDiscriminator, shape: tuple[int, ...]) -> Discriminator:
    widths = [size(shape), *config.hidden]
    return Discriminator(nn.Sequential(nn.Flatten(), *_hidden(config, widths)), widths[-1], config)


def _hidden(config: MLPGenerator | MLPDiscriminator, widths: list[int]) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers.append(nn.Linear(inputs, outputs))
        if config.batch_norm:
            layers.append(nn.BatchNorm1d(outputs))
        layers.append(activation(config.activation))
    return layers
