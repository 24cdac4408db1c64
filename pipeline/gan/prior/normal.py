"""Gaussian noise."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.part import Setting
from pipeline.gan.prior import Prior
from pipeline.params import seams


class Normal(Prior):
    """z ~ N(0, I)."""

    def __init__(self, config: seams.Normal, setting: Setting) -> None:
        super().__init__()
        self.dim = config.dim

    def draw(self, batch: int, stream: torch.Generator) -> Tensor:
        return torch.randn(batch, self.dim, device=stream.device, generator=stream)
