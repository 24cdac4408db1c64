"""Any folder of images, with a class for each folder in it."""

from __future__ import annotations

from pathlib import Path

from pipeline.datasets import Prepared, image_files, resize
from pipeline.datasets.splits import assign
from pipeline.params.datasets import Folder


def prepare(config: Folder, raw: Path) -> Prepared:
    """RGB images (n, 3, size, size) in the order of their names, labelled by folder; splits are drawn."""
    root, images = image_files.recorded(raw)
    classes = image_files.class_names(root, images)
    return Prepared(
        data=resize.thumbnails(root, images, config.crop, config.size),
        labels=image_files.labels(images, classes),
        split=assign(len(images), config.splits),
        classes=[len(classes) or 1],
        about={"preprocessing": resize.described(config.crop, config.size)},
    )
