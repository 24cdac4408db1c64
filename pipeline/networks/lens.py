"""The lens: a residual network from data to data of the same shape (tempered, A.2 and Fig. 3, right)."""

from __future__ import annotations

from torch import Tensor, nn

from pipeline.params.seams import Lens


class Residual(nn.Module):
    """x + f(x)."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.inner = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


def lens(config: Lens, shape: tuple[int, ...]) -> nn.Module:
    """(batch, *shape) → (batch, *shape), without any squashing of the output, so that it can be the identity.

    Images pass through convolutions of stride 1. The paper has images alone; for points we put linear
    layers in their place.
    """
    width, ends = config.width, shape[0]
    blocks = (
        Residual(_layer(config, width, width, shape), nn.ReLU(), _layer(config, width, width, shape))
        for _ in range(config.blocks)
    )
    return Residual(_layer(config, ends, width, shape), *blocks, _layer(config, width, ends, shape))


def _layer(config: Lens, inputs: int, outputs: int, shape: tuple[int, ...]) -> nn.Module:
    if len(shape) == 1:
        return nn.Linear(inputs, outputs)
    return nn.Conv2d(inputs, outputs, config.kernel, padding=config.kernel // 2)
