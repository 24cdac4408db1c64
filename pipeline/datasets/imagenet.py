"""ILSVRC2012's training set as small squares (dfm, Section 5.3)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.datasets import SPLITS, Prepared, image_files, resize
from pipeline.params.datasets import ImageNet


def prepare(config: ImageNet, raw: Path) -> Prepared:
    """Rescaled central crops (n, 3, size, size), labelled by WordNet id in order; all are for training.

    The crop follows Krizhevsky et al. (2012) at another resolution: the shorter side to `size`, then the
    central square.
    """
    root, images = image_files.recorded(raw)
    classes = image_files.class_names(root, images)
    return Prepared(
        data=resize.thumbnails(root, images, None, config.size),
        labels=image_files.labels(images, classes),
        split=np.full(len(images), SPLITS.index("train"), dtype=np.uint8),
        classes=[len(classes)],
        about={"preprocessing": resize.described(None, config.size)},
    )
