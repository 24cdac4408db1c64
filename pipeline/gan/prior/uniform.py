"""Uniform noise."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.part import Setting
from pipeline.gan.prior import Prior
from pipeline.params import seams


class Uniform(Prior):
    """z ~ U(−bound, bound)^dim."""

    def __init__(self, config: seams.Uniform, setting: Setting) -> None:
        super().__init__()
        self.dim, self.bound = config.dim, config.bound

    def draw(self, batch: int, stream: torch.Generator) -> Tensor:
        noise = torch.empty(batch, self.dim, device=stream.device)
        return noise.uniform_(-self.bound, self.bound, generator=stream)
