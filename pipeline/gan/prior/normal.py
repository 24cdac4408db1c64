"""Gaussian noise."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.prior import Prior
from pipeline.params import seams


class Normal(Prior):
    """z ~ N(0, I)."""

    config: seams.Normal

    def draw(self, batch: int, stream: torch.Generator) -> Tensor:
        return torch.randn(batch, self.config.dim, device=stream.device, generator=stream)
