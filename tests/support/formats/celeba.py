"""CelebA in its original files: three lists, and JPEG faces in a zip file or a folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from formats.images import encoded, write_files, write_zip
from pipeline.params.datasets import celeba as release

ATTRIBUTES = re.findall(
    r"\w+",
    """
    5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair
    Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup
    High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose
    Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat
    Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young
    """,
)
PLACES = ("lefteye", "righteye", "nose", "leftmouth", "rightmouth")
LANDMARKS = [f"{place}_{axis}" for place in PLACES for axis in "xy"]


def write(
    folder: Path,
    images: np.ndarray,
    split: Sequence[int],
    attributes: Mapping[str, Sequence[int]],
    landmarks: np.ndarray,
    archive: bool = True,
) -> None:
    """images: uint8 (n, 3, 218, 178); split: 0, 1 or 2; attributes: 0 or 1 each, the others are 0;
    landmarks: int (n, 10) in the order of LANDMARKS; archive: whether the faces are in a zip file."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{number:06d}.jpg" for number in range(1, len(images) + 1)]
    flags = np.full((len(images), len(ATTRIBUTES)), -1)
    for name, values in attributes.items():
        flags[:, ATTRIBUTES.index(name)] = 2 * np.asarray(values) - 1
    _write_list(folder / release.ATTRIBUTE_LIST, ATTRIBUTES, names, flags)
    _write_list(folder / release.LANDMARK_LIST, LANDMARKS, names, landmarks)
    lines = (f"{name} {code}\n" for name, code in zip(names, split, strict=True))
    (folder / release.SPLIT_LIST).write_text("".join(lines))
    pairs = zip(names, images, strict=True)
    faces = ((f"img_align_celeba/{name}", encoded(image, "jpg")) for name, image in pairs)
    write_zip(folder / release.ARCHIVE, faces) if archive else write_files(folder, faces)


def _write_list(path: Path, columns: Sequence[str], names: Sequence[str], table: np.ndarray) -> None:
    rows = [
        f"{name} {' '.join(f'{value:2d}' for value in row)}" for name, row in zip(names, table, strict=True)
    ]
    path.write_text("\n".join([str(len(names)), " ".join(columns), *rows, ""]))
