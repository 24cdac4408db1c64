"""Which device a job computes on, and how many threads."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from pipeline.base import arithmetic, products
from pipeline.base.errors import PipelineError
from pipeline.base.provenance import OVERRIDE

# At once, so that nothing in a process is computed before that would be computed otherwise after
if arithmetic.held() and arithmetic.is_x86():
    products.install()


@contextlib.contextmanager
def compute(threads: int) -> Iterator[torch.device]:
    """The device for a job: the one in TEMPERA_DEVICE, else a GPU that no other job holds, else the CPU.

    The number of CPU threads is a value of the run, since it decides the last bits of sums.
    Raises PipelineError when TEMPERA_DEVICE names no device that is here.
    """
    torch.set_num_threads(threads)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    named = os.environ.get(OVERRIDE)
    if named:
        yield _named(named)
    elif torch.cuda.is_available():
        with free_slot(torch.cuda.device_count()) as number:
            yield torch.device("cuda", number)
    else:
        yield torch.device("cpu")


@contextlib.contextmanager
def free_slot(count: int, folder: Path | None = None, patience: float = 1.0) -> Iterator[int]:
    """Hold the first of `count` devices that no process of this machine holds; wait while all are taken."""
    folder = folder or Path(tempfile.gettempdir())
    told = False
    while True:
        for number in range(count):
            with open(folder / f"tempera-gpu{number}.lock", "a") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield number
                return
        if not told:
            print(f"all {count} GPUs are taken; waiting for one.", file=sys.stderr)
            told = True
        time.sleep(patience)


def _named(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise PipelineError(f"{OVERRIDE}={name} names no device of this machine: {reason}") from None
    return device
