"""Seconds of a training step, measured on this machine at the true architecture and batch."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from typing import Any

import torch

from pipeline.base.timing import Clock, random_examples, timed
from pipeline.estimation.counts import training_bytes
from pipeline.gan.trainer import Trainer
from pipeline.params import fingerprint, plain
from pipeline.params.experiment import Train

# A configuration whose first step takes long is measured on fewer steps.
PATIENCE = 10.0
# Values that say how long a run is and what it writes, not what a step does.
IDLE = ("steps", "snapshots", "log_every", "checkpoint_seconds")
MARGIN = 1.25


@dataclass(frozen=True)
class Speed:
    """seconds: of one step, or None where none was measured, for the reason in `note`. steps: as measured."""

    seconds: float | None
    steps: int
    note: str


class Calibration:
    """Measures each distinct configuration once. steps: at most so many a configuration."""

    def __init__(self, device: torch.device, steps: int, clock: Clock = time.perf_counter) -> None:
        self.device, self.steps, self.clock = device, steps, clock
        self._known: dict[str, Speed] = {}

    def speed(self, train: Train, shape: tuple[int, ...]) -> Speed:
        """Seconds of a step on random data of this shape, from the first steps of a run."""
        key = fingerprint({"train": costly(plain(train)), "shape": shape})
        if key not in self._known:
            self._known[key] = self._measure(train, shape)
        return self._known[key]

    def _measure(self, train: Train, shape: tuple[int, ...]) -> Speed:
        needed = MARGIN * training_bytes(train, shape)
        if needed > free_memory(self.device):
            return Speed(None, 0, f"not measured: needs {needed / 2**30:.0f} GiB of memory")
        torch.set_num_threads(train.threads)
        data = random_examples(4 * train.batch, shape)
        try:
            trainer = Trainer(train, data.to(self.device), seed=0)
            first = timed(trainer.step, 1, self.device, self.clock)
            steps = max(1, min(self.steps, int(PATIENCE / first) if first else self.steps))
            seconds = timed(trainer.step, steps, self.device, self.clock)
        except torch.OutOfMemoryError:
            return Speed(None, 0, "not measured: does not fit into the device's memory")
        return Speed(seconds / steps, steps, f"{steps} step{'s' * (steps > 1)}")


def costly(value: Any) -> Any:
    """A configuration as far as it decides what a step costs: rates, weights and deviations do not, unless
    they are zero."""
    if isinstance(value, dict):
        return {key: costly(inner) for key, inner in value.items() if key not in IDLE}
    if isinstance(value, list):
        return [costly(inner) for inner in value]
    return bool(value) if isinstance(value, float) else value


def free_memory(device: torch.device) -> int:
    """Bytes that can still be had on the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()  # what the last configuration left is free as well
        return int(torch.cuda.mem_get_info(device)[0])
    import psutil

    return int(psutil.virtual_memory().available)


def device_name(device: torch.device) -> str:
    """What the machine calls the device."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{os.cpu_count()} cores ({platform.machine()})"
