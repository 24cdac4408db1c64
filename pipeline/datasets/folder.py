"""Images in folders of their classes: any, or ILSVRC2012's training set (dfm, Section 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipeline.datasets import SPLITS, Prepared, image_files, resize
from pipeline.datasets.splits import assign
from pipeline.params.datasets import Folder, ImageNet


def prepare(config: Folder, raw: Path) -> Prepared:
    """RGB images (n, 3, size, size) in the order of their names, labelled by folder; splits are drawn."""
    return _prepared(raw, config.crop, config.size, lambda count: assign(count, config.splits))


def imagenet(config: ImageNet, raw: Path) -> Prepared:
    """Rescaled central crops, labelled by WordNet id in order; all are for training.

    The crop follows Krizhevsky et al. (2012) at another resolution: the shorter side to `size`, then the
    central square.
    """
    training = SPLITS.index("train")
    return _prepared(raw, None, config.size, lambda count: np.full(count, training, dtype=np.uint8))


def _prepared(raw: Path, crop: int | None, size: int, split: Callable[[int], np.ndarray]) -> Prepared:
    root, images = image_files.recorded(raw)
    classes = image_files.class_names(root, images)
    return Prepared(
        data=resize.thumbnails(root, images, crop, size),
        labels=image_files.labels(images, classes),
        split=split(len(images)),
        classes=[len(classes) or 1],
        about={"preprocessing": resize.described(crop, size)},
    )
