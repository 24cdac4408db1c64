"""The Toronto Face Database's file, which has no published hash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets import matlab
from pipeline.datasets.fetch import fetch_all
from pipeline.params.datasets.tfd import Source


def fetch(config: Source, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """The MAT-file; when it is to be verified, its numbers of images are.

    Raises PipelineError when the file is nowhere, and says whom to ask for it.
    """
    (name,) = fetch_all(config.files(), folder, mirrors, config.verify)
    if config.verify:
        _check_counts(config, folder / name)
    return [name]


def _check_counts(config: Source, path: Path) -> None:
    folds = matlab.read(path, ["folds"])["folds"]
    unlabelled = int(np.count_nonzero(folds[:, 0] == 0))
    if (len(folds), unlabelled) != (config.images, config.unlabelled):
        raise PipelineError(
            f"{path} has {len(folds):,} images, {unlabelled:,} of them unlabelled, where the Toronto Face "
            f"Database has {config.images:,} and {config.unlabelled:,}: put the authors' file there, or set "
            "`verify: false` to take this one as it is."
        )
