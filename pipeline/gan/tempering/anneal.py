"""β-GAN's annealing from the uniform law to the data (beta_gan, Eq. 4 and Algorithm 1)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from pipeline.gan.component import RunShape
from pipeline.gan.schedule import beta_at
from pipeline.gan.tempering import Tempering
from pipeline.params import seams


class Anneal(Tempering):
    """x_β = box(x + β^(−1/2) ε) in [low, high]^d: uniform at β = 0, the data themselves at β = ∞."""

    config: seams.Anneal

    def __init__(self, config: seams.Anneal, run: RunShape) -> None:
        super().__init__(config, run)
        self.box = BOXES[config.box]
        self.register_buffer("deviation", torch.zeros(()))
        self.deviation: Tensor
        self.beta = 0.0

    def begin(self, step: int) -> None:
        self.beta = beta_at(self.config, step)
        if 0 < self.beta < math.inf:
            self.deviation.fill_(self.beta**-0.5)

    def draw(self, shape: Sequence[int], stream: torch.Generator) -> Tensor | None:
        if self.beta == math.inf:
            return None
        noise = torch.empty(*shape, device=stream.device)
        if self.beta == 0:
            return noise.uniform_(self.run.low, self.run.high, generator=stream)
        return noise.normal_(generator=stream)

    def temper(self, real: Tensor, noise: Tensor | None) -> Tensor:
        if noise is None:
            return real
        if self.beta == 0:
            return noise
        return self.box(real + self.deviation * noise, self.run.low, self.run.high)

    def report(self) -> dict[str, float]:
        return {"beta": self.beta}


def reflect(x: Tensor, low: float, high: float) -> Tensor:
    """Fold the line back at both faces as often as needed, so that diffusion ends in the uniform law."""
    width = high - low
    phase = torch.remainder(x - low, 2 * width)
    return low + torch.where(phase > width, 2 * width - phase, phase)


def clip(x: Tensor, low: float, high: float) -> Tensor:
    """Stop at the faces, where mass gathers."""
    return x.clamp(low, high)


def rescale(x: Tensor, low: float, high: float) -> Tensor:
    """Map the batch's smallest and largest value linearly onto the faces."""
    smallest, largest = x.amin(), x.amax()
    return low + (x - smallest) * ((high - low) / (largest - smallest))


BOXES: dict[str, Callable[[Tensor, float, float], Tensor]] = {
    "reflect": reflect,
    "clip": clip,
    "rescale": rescale,
}
