"""The guidance seam: what else G learns from D's features."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.component import Component


class Guidance(Component):
    """An extra loss for G."""

    def draw(self, stream: torch.Generator) -> Tensor | None:
        """Noise for one update of the guidance, drawn outside the step; None where none is needed."""
        return None

    def loss(self, fake: Tensor, real: Tensor) -> Tensor:
        """Added to G's loss, from D's features (batch, width) of generated data (with gradient) and of
        real data (constant)."""
        return fake.new_zeros(())

    def update(self, real: Tensor, noise: Tensor | None) -> None:
        """The guidance's own learning step on D's features of real data; nothing by default."""
