"""Images in folders of their classes: any, or ILSVRC2012's training set (dfm, Section 5.3).

Folders are listed where they stand: ImageNet's 140 GB are neither copied nor hashed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets import SPLITS, Prepared, image_files, resize
from pipeline.datasets.image_files import ImageFile
from pipeline.datasets.splits import assign
from pipeline.params.datasets.folder import Folder, Source
from pipeline.params.datasets.imagenet import ImageNet
from pipeline.params.datasets.imagenet import Source as ImageNetSource

WORDNET_ID = re.compile(r"n\d{8}")


def fetch(config: Source, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """listing.json alone. Raises PipelineError when there are no images in `path`."""
    missing = f" ({', '.join(image_files.FORMATS)}): put some there, or name another folder"
    root, images = _found(config.path, folder, "There are no images in", missing)
    image_files.class_names(root, images)
    return image_files.record(config.path, folder, images)


def fetch_imagenet(config: ImageNetSource, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """listing.json alone.

    Raises PipelineError when `path` has no folders of classes, or not the official numbers of classes
    and images.
    """
    missing = f": {config.by_hand}, and name the folder of these"
    root, images = _found(config.path, folder, "ILSVRC2012's training images are not in", missing)
    _check(config, root, images)
    return image_files.record(config.path, folder, images)


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


def _found(path: str, folder: Path, here: str, missing: str) -> tuple[Path, list[ImageFile]]:
    root = Path(path).expanduser()
    images = image_files.find(root)
    if not images:
        raise PipelineError(f"{here} {root}{missing} as sources.{folder.name}.path in params.yaml.")
    return root, images


def _check(config: ImageNetSource, root: Path, images: Sequence[ImageFile]) -> None:
    classes = {image.folder for image in images}
    stray = sorted(str(name) for name in classes if name is None or not WORDNET_ID.fullmatch(name))
    if stray:
        raise PipelineError(
            f"{root} must hold nothing but images in folders named by WordNet ids such as n01440764, "
            f"but there are some in '{stray[0]}': move them away, or name the right folder."
        )
    expected = (config.classes, config.released.train)
    if config.verify and (len(classes), len(images)) != expected:
        raise PipelineError(
            f"{root} has {len(images):,} images of {len(classes):,} classes, but ILSVRC2012's training set "
            f"has {expected[1]:,} of {expected[0]:,}: unpack the rest, or set `verify: false` for a part of "
            "it."
        )
