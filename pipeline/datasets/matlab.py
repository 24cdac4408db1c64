"""Reading MAT-files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.files import UNREADABLE
from pipeline.base.system import refusal


def read(path: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The arrays of these names. Raises PipelineError when the file is damaged or lacks one."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        found = loadmat(path, variable_names=names)
    except (*UNREADABLE, MatReadError, NotImplementedError, OSError, MemoryError) as error:
        raise PipelineError(
            refusal(error, path)
            or f"{path} cannot be read as a MAT-file ({error}): put the original in its place."
        ) from None
    missing = sorted(set(names) - set(found))
    if missing:
        raise PipelineError(f"{path} has no array '{missing[0]}': put the original in its place.")
    return {name: found[name] for name in names}
