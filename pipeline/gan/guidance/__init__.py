"""The guidance seam: what else G learns from D's features."""

from __future__ import annotations

from torch import Tensor, nn


class Guidance(nn.Module):
    """An extra loss for G; owns its networks and optimisers."""

    def loss(self, fake: Tensor, real: Tensor) -> Tensor:
        """Added to G's loss, from D's features (batch, width) of generated data (with gradient) and of
        real data (constant)."""
        raise NotImplementedError

    def update(self, real: Tensor) -> None:
        """The guidance's own learning step on D's features of real data; nothing by default."""
