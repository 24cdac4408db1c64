"""What a run is made of: G, D, and the components of its seams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from pipeline.gan.component import RunShape
from pipeline.gan.prior import Prior
from pipeline.gan.tempering import Tempering
from pipeline.networks import build_discriminator, build_generator
from pipeline.params.experiment import Train

if TYPE_CHECKING:
    from pipeline.gan.guidance import Guidance


class Model(nn.Module):
    """All that has a part in making samples, each with initial weights from its own stream of the run.

    A snapshot holds the weights of these four by their names. A guidance serves training alone, and may be
    the largest of all: `build_guidance` adds it.
    """

    def __init__(self, config: Train, shape: tuple[int, ...], seed: int) -> None:
        super().__init__()
        networks, (low, high) = config.networks, config.range
        self.generator = build_generator(networks.generator, config.prior.dim, shape, seed)
        self.discriminator = build_discriminator(networks.discriminator, shape, seed)
        self.run = RunShape(shape, low, high, self.discriminator.width, config.batch, seed)
        self.prior: Prior = config.prior.load()(config.prior, self.run)
        self.tempering: Tempering = config.tempering.load()(config.tempering, self.run)


def build_guidance(config: Train, run: RunShape) -> Guidance:
    guidance: Guidance = config.guidance.load()(config.guidance, run)
    return guidance
