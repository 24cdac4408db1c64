"""Generators and discriminators, built from their blocks of params.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.params import networks as blocks

if TYPE_CHECKING:
    from torch import nn

    from pipeline.networks.layers import Discriminator


def build_generator(config: blocks.Generator, latent: int, shape: tuple[int, ...], seed: int) -> nn.Module:
    """A network (batch, latent) → (batch, *shape), its weights drawn from the run's own stream.

    Raises PipelineError when the architecture does not exist for this shape.
    """
    from pipeline.networks.layers import build

    module = config.load()
    network: nn.Module = build(lambda: module.generator(config, latent, shape), config, seed, "generator")
    return network


def build_discriminator(config: blocks.Discriminator, shape: tuple[int, ...], seed: int) -> Discriminator:
    """A network (batch, *shape) → DiscriminatorOutput; see `build_generator`."""
    from pipeline.networks.layers import build

    module = config.load()
    network: Discriminator = build(lambda: module.discriminator(config, shape), config, seed, "discriminator")
    return network
