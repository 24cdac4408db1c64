"""The 3×3 networks of dfm's image models: Radford et al.'s for 32×32 ImageNet, at any width.

The generator maps z by a fully connected layer onto its smallest map and goes up by convolutions,
of which every second one follows a doubling of the side by repetition; the discriminator is its
mirror image, strided. At 32 pixels, channels 128 and z of 256 the generator has 6.67 M weights.
"""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from pipeline.networks.layers import Discriminator, activation, pyramid
from pipeline.params.base import Activation
from pipeline.params.networks import Conv3Discriminator, Conv3Generator


def generator(config: Conv3Generator, latent: int, shape: tuple[int, ...]) -> nn.Module:
    base, widths = pyramid(config, shape)
    layers: list[nn.Module] = [
        nn.Linear(latent, widths[0] * base * base, bias=False),
        nn.Unflatten(1, (widths[0], base, base)),
        *_normalised(widths[0], "relu"),
        *_doubled(widths[0]),
    ]
    for wider, width in pairwise(widths):
        layers += [_convolution(wider, width), *_normalised(width, "relu"), *_doubled(width)]
    layers += [nn.Conv2d(widths[-1], shape[0], 3, padding=1), activation(config.output)]
    return nn.Sequential(*layers)


def discriminator(config: Conv3Discriminator, shape: tuple[int, ...]) -> Discriminator:
    base, widths = pyramid(config, shape)
    narrowest = widths[-1]
    layers: list[nn.Module] = [
        nn.Conv2d(shape[0], narrowest, 3, padding=1),
        activation("leaky_relu"),
        *_halved(narrowest),
    ]
    for narrower, width in pairwise(reversed(widths)):
        layers += [_convolution(narrower, width), *_normalised(width, "leaky_relu"), *_halved(width)]
    layers[-1] = activation(config.last)
    return Discriminator(nn.Sequential(*layers, nn.Flatten()), widths[0] * base * base, config)


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Module:
    """Without a bias, since batch norm follows."""
    return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)


def _doubled(channels: int) -> list[nn.Module]:
    return [nn.Upsample(scale_factor=2), _convolution(channels, channels), *_normalised(channels, "relu")]


def _halved(channels: int) -> list[nn.Module]:
    return [_convolution(channels, channels, stride=2), *_normalised(channels, "leaky_relu")]


def _normalised(channels: int, name: Activation) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels), activation(name)]
