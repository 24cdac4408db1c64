"""ILSVRC2012's training images: a folder of JPEG files for each class, named by its WordNet id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from formats.celeba import jpeg


def write(folder: Path, images: Mapping[str, Sequence[np.ndarray]]) -> None:
    """images: uint8 (3, height, width) of any size, by WordNet id such as n01440764."""
    for wordnet_id, members in images.items():
        (folder / wordnet_id).mkdir(parents=True, exist_ok=True)
        for number, image in enumerate(members, start=1):
            (folder / wordnet_id / f"{wordnet_id}_{number}.JPEG").write_bytes(jpeg(image))
