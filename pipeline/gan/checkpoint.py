"""Weights and training states on disk: written whole, read without unpickling code."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from pipeline.errors import PipelineError
from pipeline.files import write_bytes


def save(path: Path, state: dict[str, Any]) -> None:
    """Write tensors and plain values; equal states give equal bytes."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_bytes(path, buffer.getvalue())


def load(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Read what `save` wrote. Raises PipelineError when the file is missing, truncated or altered."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is None:
            state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
            return state
    except FileNotFoundError:
        raise PipelineError(f"{path} is missing: run the stage that makes it first.") from None
    except (zipfile.BadZipFile, UnpicklingError, RuntimeError, EOFError, ValueError, KeyError):
        pass
    raise PipelineError(
        f"The checkpoint {path} is truncated or damaged: delete it and run the same command again."
    )
