"""DCGAN generator and discriminator for 16, 28, 32 and 64 pixels (Radford et al. 2016; tempered, Fig. 3).

The generator goes from a 4×4 map (7×7 for 28 pixels) up by factors of two, halving the channels
down to `channels`; the discriminator is its mirror image, unless its stride is five (aan, Sec. 6.1).
"""

from __future__ import annotations

from torch import nn

from pipeline.networks.layers import Discriminator, activation, pyramid
from pipeline.params.networks import DCGANDiscriminator, DCGANGenerator

Config = DCGANGenerator | DCGANDiscriminator


def generator(config: DCGANGenerator, latent: int, shape: tuple[int, ...]) -> nn.Module:
    base, widths = pyramid(config, shape)
    layers: list[nn.Module] = [
        nn.Linear(latent, widths[0] * base * base),
        nn.Unflatten(1, (widths[0], base, base)),
    ]
    for inputs, outputs in zip(widths, [*widths[1:], shape[0]], strict=True):
        layers += [*_normalised(config, inputs), nn.ReLU(), _upsample(config, inputs, outputs)]
    return nn.Sequential(*layers, activation(config.output))


def discriminator(config: DCGANDiscriminator, shape: tuple[int, ...]) -> Discriminator:
    _, widths = pyramid(config, shape)
    side, padding = shape[1], (config.kernel - 1) // 2
    layers: list[nn.Module] = []
    for level, (inputs, outputs) in enumerate(zip([shape[0], *widths[:0:-1]], widths[::-1], strict=True)):
        layers.append(nn.Conv2d(inputs, outputs, config.kernel, config.stride, padding))
        layers += _normalised(config, outputs) if level else []
        layers.append(nn.LeakyReLU(0.2))
        side = (side + 2 * padding - config.kernel) // config.stride + 1
    return Discriminator(nn.Sequential(*layers, nn.Flatten()), widths[0] * side * side, config)


def _upsample(config: Config, inputs: int, outputs: int) -> nn.Module:
    padding = (config.kernel - 1) // 2
    return nn.ConvTranspose2d(inputs, outputs, config.kernel, 2, padding, config.kernel % 2)


def _normalised(config: Config, channels: int) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels)] if config.batch_norm else []
