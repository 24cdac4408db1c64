"""Weights and training states on disk: written whole, read without unpickling code."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import torch

from pipeline.base.files import MAKER, atomic, reading

if TYPE_CHECKING:
    from collections.abc import Collection


def save(path: Path, state: Any) -> None:
    """Write tensors and plain values, piece by piece, since a state may be as large as the memory that is
    free; equal states give equal bytes. Raises PipelineError when the disk is full."""
    with atomic(path) as file:
        write(file, state)


def write(file: IO[bytes], state: Any) -> None:
    """Write a state into an open file, the bytes that torch.save would give it in memory."""
    torch.save(state, file)


def load(path: Path, maker: str = MAKER, names: Collection[str] = ()) -> Any:
    """Read what `save` wrote, a dict that has at least `names`, onto the CPU. maker: what makes the file.

    Raises PipelineError when the file is missing, truncated or altered, and in other words when it could not
    be read for want of memory or the like.
    """
    with reading(path, maker):
        with zipfile.ZipFile(path) as archive:
            if (member := archive.testzip()) is not None:
                raise zipfile.BadZipFile(f"the check sum of {member} is wrong")
        state = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(state, dict):
            raise ValueError(f"it holds a {type(state).__name__}, not named values")
        if missing := sorted(set(names) - set(state)):
            raise ValueError(f"it lacks '{missing[0]}'")
        return state
