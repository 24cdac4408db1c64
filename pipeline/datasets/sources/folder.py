"""Any folder of images, listed where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.base.errors import PipelineError
from pipeline.datasets import image_files
from pipeline.params.sources import Folder


def fetch(config: Folder, folder: Path, mirrors: Sequence[Path]) -> list[str]:
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
