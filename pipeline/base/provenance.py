"""What a run was made with: configuration, versions, device, time; and on what kind of platform."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import libc_ver, machine, python_version
from platform import processor as processor_name
from typing import TYPE_CHECKING, Any

from pipeline.base import arithmetic

if TYPE_CHECKING:
    import torch

PACKAGES = (
    "torch",
    "torchvision",
    "torch-fidelity",
    "numpy",
    "scipy",
    "scikit-learn",
    "pillow",
    "matplotlib",
)
OVERRIDE = "TEMPERA_DEVICE"
DRIVERS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")
# What a library looks for when it is left to choose
CHOSEN_BY = (
    "avx2", "fma", "avx_vnni", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16",
    "avx512_fp16", "amx_tile", "amx_bf16",
)  # fmt: skip


def platform() -> dict[str, Any]:
    """All that decides the bits of this suite's numbers besides its code, data and parameters.

    On two machines where it is equal, bits are. It is read from the suite in the working directory when
    nothing has been imported yet that computes, and otherwise says what this process was told.
    """
    portable = arithmetic.held() or (
        arithmetic.wanted() == "portable" and not any(name in sys.modules for name in arithmetic.LIBRARIES)
    )
    found: dict[str, Any] = {
        "arithmetic": "portable" if portable else "native",
        "machine": machine(),
        "device": _device(),
        "python": ".".join(python_version().split(".")[:2]),
        "libc": " ".join(libc_ver()),
        "packages": {package: _version(package) for package in PACKAGES},
    }
    name, flags = arithmetic.processor()
    if portable and arithmetic.is_x86():
        return {**found, "isa": "AVX2"}
    told = {name: os.environ[name] for name in arithmetic.INSTRUCTIONS if name in os.environ}
    return {
        **found,
        "isa": " ".join(one for one in CHOSEN_BY if one in flags),
        "processor": name,
        "told": told,
    }


def _device() -> str:
    """The kind of device that jobs compute on; PyTorch is asked only where there may be a GPU."""
    named = os.environ.get(OVERRIDE, "")
    if named.startswith("cpu") or not (named or any(Path(driver).exists() for driver in DRIVERS)):
        return "cpu"
    import torch

    if not torch.cuda.is_available():
        return named or "cpu"
    return str(torch.cuda.get_device_name(named or 0))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def describe(device: torch.device, seconds: float, steps: int) -> dict[str, Any]:
    """Commit, platform, device, wall time in seconds and steps per second of `steps` steps."""
    import torch

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else processor_name()
    return {
        "commit": _commit(),
        "python": python_version(),
        "platform": platform(),
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
