"""Seconds of work, the device's queue included, and random examples to work on."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor

from pipeline.base.pixels import to_values

Clock = Callable[[], float]


def timed(
    step: Callable[[], object], count: int, device: torch.device, clock: Clock = time.perf_counter
) -> float:
    """Seconds for `count` steps."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    start = clock()
    for _ in range(count):
        step()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return clock() - start


def random_examples(count: int, shape: tuple[int, ...]) -> Tensor:
    """Images (count, channels, height, width) of uint8 noise, or points (count, dim) in [−1, 1]."""
    pixels = torch.randint(0, 256, (count, *shape), dtype=torch.uint8)
    return pixels if len(shape) == 3 else to_values(pixels, (-1.0, 1.0))
