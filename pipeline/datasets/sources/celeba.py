"""CelebA: aligned faces, attributes, the official split and five landmarks (Liu et al. 2015)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.base.errors import PipelineError
from pipeline.datasets import image_files
from pipeline.datasets.fetch import Remote, fetch_all
from pipeline.params.sources import CelebA

ARCHIVE = "img_align_celeba.zip"
FACES = "img_align_celeba"
IMAGES = 202_599
# As torchvision has them.
MD5 = {
    "list_attr_celeba.txt": "75e246fa4810816ffd6ee81facbd244c",
    "list_eval_partition.txt": "d32c9cbf5e040fd4025c592c306e6668",
    "list_landmarks_align_celeba.txt": "cc24ecafdb5b50baae59b03474781f8c",
    ARCHIVE: "00d2c5bc6d35e252742224ab0c1e8fcb",
}
BY_HAND = (
    "get it from the Google Drive that https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html links to "
    "(folders Img, Anno and Eval)"
)


def fetch(config: CelebA, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """Three lists, and the faces as a zip file or, where `folder` has them unpacked, as a listing of them.

    Raises PipelineError when a file is missing or not the official one.
    """
    unpacked = (folder / FACES).is_dir() and not (folder / ARCHIVE).exists()
    names = [name for name in MD5 if not (unpacked and name == ARCHIVE)]
    files = [Remote(name, (), "md5", MD5[name], archive=True, by_hand=BY_HAND) for name in names]
    return fetch_all(files, folder, mirrors, config.verify) + ([_listed(config, folder)] if unpacked else [])


def _listed(config: CelebA, folder: Path) -> str:
    images = image_files.find(folder / FACES)
    if config.verify and len(images) != IMAGES:
        raise PipelineError(
            f"{folder / FACES} has {len(images):,} images instead of {IMAGES:,}: unpack {ARCHIVE} there "
            "again, or put the zip file itself beside it."
        )
    image_files.record(str(folder / FACES), folder, images)
    return image_files.LISTING
