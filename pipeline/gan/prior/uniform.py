"""Uniform noise."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.prior import Prior
from pipeline.params import seams


class Uniform(Prior):
    """z ~ U(−bound, bound)^dim."""

    config: seams.Uniform

    def draw(self, batch: int, stream: torch.Generator) -> Tensor:
        noise = torch.empty(batch, self.config.dim, device=stream.device)
        return noise.uniform_(-self.config.bound, self.config.bound, generator=stream)
