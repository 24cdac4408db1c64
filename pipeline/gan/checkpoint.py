"""Weights and training states on disk: written whole, read without unpickling code."""

from __future__ import annotations

import zipfile
from pathlib import Path
from pickle import UnpicklingError
from typing import IO, Any, cast

import torch

from pipeline.errors import PipelineError
from pipeline.files import atomic


class _Target:
    """A file for torch to write to, which remembers why it refused."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.error: OSError | None = None

    def write(self, content: bytes) -> int:
        try:
            return self.file.write(content)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self.file.flush()


def save(path: Path, state: dict[str, Any]) -> None:
    """Write tensors and plain values, piece by piece, since a state may be as large as the memory that is
    free; equal states give equal bytes. Raises PipelineError when the disk is full."""
    with atomic(path) as file:
        target = _Target(file)
        try:
            torch.save(state, cast(IO[bytes], target))
        except RuntimeError:  # torch's own, in place of what the file said
            raise target.error or RuntimeError(f"{path} could not be written") from None


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
