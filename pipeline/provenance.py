"""What a run was made with: configuration, versions, device, time."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version
from typing import Any

import torch

PACKAGES = ("torch", "torchvision", "torch-fidelity", "numpy")


def describe(device: torch.device, seconds: float, steps: int) -> dict[str, Any]:
    """Commit, versions, device, wall time in seconds and steps per second of `steps` steps."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
    return {
        "commit": _commit(),
        "python": platform.python_version(),
        "packages": {package: version(package) for package in PACKAGES},
        "device": {"type": device.type, "name": name, "threads": torch.get_num_threads()},
        "seconds": round(seconds, 3),
        "steps_per_second": round(steps / seconds, 3) if seconds else None,
    }


def _commit() -> str | None:
    """The checked-out commit, with '+' if the working tree differs; None outside a repository."""
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        changes = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return head.stdout.strip() + ("+" if changes.stdout.strip() else "")
