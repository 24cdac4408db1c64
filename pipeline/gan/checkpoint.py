"""A run's checkpoints: snapshots of its networks, and the state that it goes on from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.base import weights
from pipeline.base.weights import save

__all__ = ["load", "save"]


def load(path: Path, *names: str) -> dict[str, Any]:
    """Read what `save` wrote, a state of at least these names.

    Raises PipelineError when the file is missing, truncated or altered; a file that could not be read for
    want of memory or the like is not said to be damaged, since it may be the work of days.
    """
    state: dict[str, Any] = weights.load(path, names=names)
    return state
