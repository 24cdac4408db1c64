"""Arrays that come inside scikit-learn, written as <name>.npy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.files import write_npy
from pipeline.params.datasets.scikit import DigitsSource, PhotographsSource


def digits(config: DigitsSource, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """images.npy uint8 (1797, 8, 8) of values 0 … 16, labels.npy uint8 (1797,)."""
    from sklearn.datasets import load_digits

    found = load_digits()
    arrays = {"images": found.images.astype(np.uint8), "labels": found.target.astype(np.uint8)}
    return _written(folder, config.sha256, arrays)


def photographs(config: PhotographsSource, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """china.npy and flower.npy, uint8 (427, 640, 3)."""
    from sklearn.datasets import load_sample_image

    arrays = {name: load_sample_image(f"{name}.jpg") for name in config.sha256}
    return _written(folder, config.sha256, arrays)


def _written(folder: Path, expected: Mapping[str, str], arrays: Mapping[str, np.ndarray]) -> list[str]:
    """Write the arrays; returns the files' names.

    `expected` has the sha256 of each array's bytes in C order: another scikit-learn or JPEG decoder must not
    pass unnoticed. Raises PipelineError when an array has another.
    """
    for name, array in arrays.items():
        found = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
        if found != expected[name]:
            raise PipelineError(
                f"scikit-learn's '{name}' has sha256 {found}, expected {expected[name]}: install the "
                "versions of scikit-learn and Pillow that the project pins."
            )
        write_npy(folder / f"{name}.npy", array)
    return [f"{name}.npy" for name in expected]
