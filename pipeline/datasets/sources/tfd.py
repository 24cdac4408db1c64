"""The Toronto Face Database, which its authors give to those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets import matlab
from pipeline.datasets.fetch import Remote, fetch_all
from pipeline.params.sources import TFD

FILE = Remote(
    name="TFD_48x48.mat",
    urls=(),
    algorithm="sha256",
    digest=None,
    by_hand=(
        "ask the authors of the Toronto Face Database (J. M. Susskind, A. K. Anderson and G. E. Hinton, "
        "University of Toronto, technical report UTML TR 2010-001) for it"
    ),
)
# As papers count them; there is no published hash.
IMAGES, UNLABELLED = 102_236, 98_058


def fetch(config: TFD, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """TFD_48x48.mat; when it is to be verified, its numbers of images are.

    Raises PipelineError when the file is nowhere, and says whom to ask for it.
    """
    names = fetch_all([FILE], folder, mirrors, config.verify)
    if config.verify:
        _check_counts(folder / FILE.name)
    return names


def _check_counts(path: Path) -> None:
    folds = matlab.read(path, ["folds"])["folds"]
    unlabelled = int(np.count_nonzero(folds[:, 0] == 0))
    if (len(folds), unlabelled) != (IMAGES, UNLABELLED):
        raise PipelineError(
            f"{path} has {len(folds):,} images, {unlabelled:,} of them unlabelled, where the Toronto Face "
            f"Database has {IMAGES:,} and {UNLABELLED:,}: put the authors' file there, or set "
            "`verify: false` to take this one as it is."
        )
