"""The prior seam: where G's input comes from."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.component import Component


class Prior(Component):
    """Makes latents (batch, dim)."""

    def draw(self, batch: int, stream: torch.Generator) -> Tensor:
        """Noise of one batch, drawn outside the training step."""
        raise NotImplementedError

    def latents(self, noise: Tensor, features: Tensor) -> Tensor:
        """G's input (batch, dim) from the noise and D's features (batch, width) of the current real batch."""
        return noise

    def sample(self, count: int, stream: torch.Generator) -> Tensor:
        """Latents (count, dim) without any data, for a trained network."""
        return self.draw(count, stream)

    def walk(self, features: Tensor, steps: int, stream: torch.Generator) -> Tensor:
        """Latents (count, steps, dim) on a Markov chain's way from D's features (count, width), for a prior
        that has one."""
        raise NotImplementedError

    def update(self, features: Tensor) -> None:
        """The prior's own learning step on D's features of real data; nothing by default."""
