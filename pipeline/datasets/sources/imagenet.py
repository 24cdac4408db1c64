"""ILSVRC2012's training images, listed where they stand: 140 GB are neither copied nor hashed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.base.errors import PipelineError
from pipeline.datasets import image_files
from pipeline.datasets.image_files import ImageFile
from pipeline.params.sources import ImageNet

CLASSES = 1000
IMAGES = 1_281_167
WORDNET_ID = re.compile(r"n\d{8}")


def fetch(config: ImageNet, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """listing.json alone.

    Raises PipelineError when `path` has no folders of classes, or not the official numbers of classes
    and images.
    """
    root = Path(config.path).expanduser()
    images = image_files.find(root)
    if not images:
        raise PipelineError(
            f"ILSVRC2012's training images are not in {root}: register at https://image-net.org/download.php "
            "to get ILSVRC2012_img_train.tar, unpack it and the 1,000 files in it into one folder a class "
            f"(n01440764, …), and name the folder of these as sources.{folder.name}.path in params.yaml."
        )
    _check(root, images, config.verify)
    image_files.record(config.path, folder, images)
    return [image_files.LISTING]


def _check(root: Path, images: Sequence[ImageFile], verify: bool) -> None:
    classes = {image.folder for image in images}
    stray = sorted(str(name) for name in classes if name is None or not WORDNET_ID.fullmatch(name))
    if stray:
        raise PipelineError(
            f"{root} must hold nothing but images in folders named by WordNet ids such as n01440764, "
            f"but there are some in '{stray[0]}': move them away, or name the right folder."
        )
    if verify and (len(classes), len(images)) != (CLASSES, IMAGES):
        raise PipelineError(
            f"{root} has {len(images):,} images of {len(classes):,} classes, but ILSVRC2012's training set "
            f"has {IMAGES:,} of {CLASSES:,}: unpack the rest, or set `verify: false` for a part of it."
        )
