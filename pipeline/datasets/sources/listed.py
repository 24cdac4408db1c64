"""Folders of images, listed where they stand: ImageNet's 140 GB are neither copied nor hashed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.base.errors import PipelineError
from pipeline.datasets import image_files
from pipeline.datasets.image_files import ImageFile
from pipeline.params.datasets.folder import Source as Folder
from pipeline.params.datasets.imagenet import Source as ImageNet

WORDNET_ID = re.compile(r"n\d{8}")


def folder(config: Folder, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """listing.json alone. Raises PipelineError when there are no images in `path`."""
    root = Path(config.path).expanduser()
    images = image_files.find(root)
    if not images:
        raise PipelineError(
            f"There are no images in {root} ({', '.join(image_files.FORMATS)}): put some there, or "
            f"name another folder as sources.{folder.name}.path in params.yaml."
        )
    image_files.class_names(root, images)
    image_files.record(config.path, folder, images)
    return [image_files.LISTING]


def imagenet(config: ImageNet, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """listing.json alone.

    Raises PipelineError when `path` has no folders of classes, or not the official numbers of classes
    and images.
    """
    root = Path(config.path).expanduser()
    images = image_files.find(root)
    if not images:
        raise PipelineError(
            f"ILSVRC2012's training images are not in {root}: {config.by_hand}, and name the folder of these "
            f"as sources.{folder.name}.path in params.yaml."
        )
    _check(config, root, images)
    image_files.record(config.path, folder, images)
    return [image_files.LISTING]


def _check(config: ImageNet, root: Path, images: Sequence[ImageFile]) -> None:
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
