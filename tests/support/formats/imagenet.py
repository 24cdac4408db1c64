"""ILSVRC2012's training images: a folder of JPEG files for each class, named by its WordNet id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from formats.images import encoded, write_files


def write(folder: Path, images: Mapping[str, Sequence[np.ndarray]]) -> None:
    """images: uint8 (3, height, width) of any size, by WordNet id such as n01440764."""
    write_files(
        folder,
        (
            (f"{wordnet_id}/{wordnet_id}_{number}.JPEG", encoded(image, "jpeg"))
            for wordnet_id, members in images.items()
            for number, image in enumerate(members, start=1)
        ),
    )
