"""Seconds of work, the device's queue included."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

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
