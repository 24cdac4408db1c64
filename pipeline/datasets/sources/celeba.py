"""CelebA's lists, and its faces packed or unpacked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

from pipeline.base.errors import PipelineError
from pipeline.datasets import image_files
from pipeline.datasets.fetch import fetch_all
from pipeline.params.datasets.celeba import Source


def fetch(config: Source, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """Three lists, and the faces as a zip file or, where `folder` has them unpacked, as a listing of them.

    Raises PipelineError when a file is missing or not the official one.
    """
    faces = folder / PurePath(config.archive).stem
    unpacked = faces.is_dir() and not (folder / config.archive).exists()
    files = [file for file in config.files() if not (unpacked and file.name == config.archive)]
    names = fetch_all(files, folder, mirrors, config.verify)
    return [*names, _listed(config, folder, faces)] if unpacked else names


def _listed(config: Source, folder: Path, faces: Path) -> str:
    images, expected = image_files.find(faces), sum(config.released)
    if config.verify and len(images) != expected:
        raise PipelineError(
            f"{faces} has {len(images):,} images instead of {expected:,}: unpack {config.archive} there "
            "again, or put the zip file itself beside it."
        )
    image_files.record(str(faces), folder, images)
    return image_files.LISTING
