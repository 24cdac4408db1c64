"""The Toronto Face Database: one MAT-file with the fields of its authors'."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.params.datasets.tfd import FILE, FOLDS


def write(folder: Path, images: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> None:
    """Images uint8 (n, 48, 48), labels (n,) of 0 … 6 or −1, folds (n, 5).

    A fold's entry is 0 for an unlabelled image, 1 for training, 2 for validation, 3 for test.
    """
    from scipy.io import savemat

    folder.mkdir(parents=True, exist_ok=True)
    expressions = np.where(labels < 0, -1, labels + 1).astype(np.int16)[:, None]
    fields = {
        "images": images.astype(np.uint8),
        "labs_ex": expressions,
        "labs_id": np.where(labels < 0, -1, np.arange(len(labels))).astype(np.int16)[:, None],
        "folds": folds.astype(np.uint8),
    }
    savemat(folder / FILE, fields, do_compression=True)


def deal(unlabelled: int, labelled: int, rng: np.random.Generator) -> np.ndarray:
    """Folds (unlabelled + labelled, 5): each labelled image is for test in one fold, as in the original."""
    home = rng.permutation(labelled) % FOLDS
    after = (home[:, None] - np.arange(FOLDS)) % FOLDS
    # 70 % training, 10 % validation, 20 % test: half of the next fifth is for validation.
    half = rng.permutation(labelled) % 2
    uses = np.where(after == 0, 3, np.where((after == 1) & (half[:, None] == 0), 2, 1))
    return np.concatenate([np.zeros((unlabelled, FOLDS), dtype=np.int64), uses])
