"""The Toronto Face Database at 48 pixels, from its authors' MAT-file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.files import UNREADABLE
from pipeline.base.system import refusal
from pipeline.datasets import Prepared
from pipeline.datasets.fetch import fetch_all
from pipeline.datasets.splits import consecutive
from pipeline.params.datasets.tfd import TFD, Source

# What the file calls the uses of an image in a fold; 1 is training.
UNLABELLED, VALIDATION, TEST = 0, 2, 3


class Faces(NamedTuple):
    """Images uint8 (n, 48, 48), expressions int64 (n,) or −1, uses in the five folds (n, 5)."""

    images: np.ndarray
    expressions: np.ndarray
    folds: np.ndarray


def fetch(config: Source, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """The MAT-file; when it is to be verified, its numbers of images are.

    Raises PipelineError when the file is nowhere, and says whom to ask for it.
    """
    (name,) = fetch_all(config.files(), folder, mirrors, config.verify)
    if config.verify:
        _check_counts(config, folder / name)
    return [name]


def prepare(config: TFD, raw: Path) -> Prepared:
    """The unlabelled images for training, label −1, and the fold's validation and test images.

    The fold's labelled training images are left out: the generator of `gan` learns from the unlabelled
    ones alone. Raises PipelineError when the file is not that of the database.
    """
    faces = read(config, raw / config.file)
    uses = faces.folds[:, config.fold]
    rows = [np.flatnonzero(uses == use) for use in (UNLABELLED, VALIDATION, TEST)]
    order = np.concatenate(rows)
    split = consecutive(*(len(part) for part in rows))
    return Prepared(faces.images[order][:, None], faces.expressions[order], split, [config.classes])


def read(config: TFD, path: Path) -> Faces:
    """The file's images, labels and folds. Raises PipelineError when they are not as they must be."""
    fields = _fields(path, ["images", "labs_ex", "folds"])
    images, labels, folds = fields["images"], fields["labs_ex"].ravel().astype(np.int64), fields["folds"]
    _, height, width = config.shape
    problem = None
    if images.dtype != np.uint8 or images.shape[1:] != (height, width):
        problem = f"its images are {images.dtype} {images.shape}, not uint8 (n, {height}, {width})"
    elif folds.shape != (len(images), config.folds) or labels.shape != (len(images),):
        problem = "its folds and labels do not fit its images"
    elif not np.isin(folds, range(4)).all() or not np.isin(labels, [-1, *range(1, config.classes + 1)]).all():
        problem = f"its folds must be 0 to 3 and its labels 1 to {config.classes}, or −1 for none"
    if problem:
        raise PipelineError(
            f"{path} is not the Toronto Face Database: {problem}; put the authors' file there."
        )
    return Faces(images, np.where(labels > 0, labels - 1, labels), folds)


def _check_counts(config: Source, path: Path) -> None:
    folds = _fields(path, ["folds"])["folds"]
    unlabelled = int(np.count_nonzero(folds[:, 0] == 0))
    if (len(folds), unlabelled) != (config.images, config.unlabelled):
        raise PipelineError(
            f"{path} has {len(folds):,} images, {unlabelled:,} of them unlabelled, where the Toronto Face "
            f"Database has {config.images:,} and {config.unlabelled:,}: put the authors' file there, or set "
            "`verify: false` to take this one as it is."
        )


def _fields(path: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
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
