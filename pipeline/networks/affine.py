"""A generator whose law is known: x = shift + scale·z, so that p_g, D* and JSD have closed forms."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pipeline.base.errors import PipelineError
from pipeline.params.networks import Affine


class AffineGenerator(nn.Module):
    """(batch, dim) → (batch, dim)."""

    def __init__(self, shift: float, scale: float) -> None:
        super().__init__()
        self.shift = nn.Parameter(torch.tensor(shift))
        self.scale = nn.Parameter(torch.tensor(scale))

    def forward(self, z: Tensor) -> Tensor:
        return self.shift + self.scale * z


def generator(config: Affine, latent: int, shape: tuple[int, ...]) -> nn.Module:
    if shape != (latent,):
        raise PipelineError(
            f"An affine generator keeps the shape of its input, but prior.dim is {latent} and the data "
            f"have shape {shape}: make them equal."
        )
    return AffineGenerator(config.shift, config.scale)
