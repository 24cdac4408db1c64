"""CelebA: aligned faces of 178×218 pixels with attributes and landmarks (Liu et al. 2015)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

import numpy as np

from pipeline.base.errors import PipelineError, nearest
from pipeline.base.files import reading
from pipeline.datasets import Prepared, image_files, resize
from pipeline.datasets.fetch import fetch_all
from pipeline.datasets.image_files import ImageFile
from pipeline.params.datasets.celeba import CelebA, Source

LANDMARKS = ("lefteye_x", "lefteye_y", "righteye_x", "righteye_y", "nose_x", "nose_y")


def fetch(config: Source, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """Three lists, and the faces as a zip file or, where `folder` has them unpacked, as a listing of them.

    Raises PipelineError when a file is missing or not the official one.
    """
    faces = folder / PurePath(config.archive).stem
    unpacked = faces.is_dir() and not (folder / config.archive).exists()
    files = [file for file in config.files() if not (unpacked and file.name == config.archive)]
    names = fetch_all(files, folder, mirrors, config.verify)
    return names + (_listed(config, folder, faces) if unpacked else [])


def prepare(config: CelebA, raw: Path) -> Prepared:
    """Faces (n, 3, size, size) in the order of the official list, with its training, validation and test.

    labels: int64 (n, factors), 1 where an attribute is present, then the pose: 0 left, 1 frontal,
    2 right. Raises PipelineError when a list or a face is missing, or the lists disagree.
    """
    names, split = _partition(raw / config.split_list)
    root, faces = _faces(config, raw, names)
    return Prepared(
        data=resize.thumbnails(root, faces, config.crop, config.size),
        labels=np.stack(_factors(config, raw, names), axis=1),
        split=split,
        classes=list(config.factors.values()),
        about={
            "factors": list(config.factors),
            "preprocessing": resize.described(config.crop, config.size),
        },
    )


def yaw(landmarks: np.ndarray) -> np.ndarray:
    """How far the nose is from the middle between the eyes, in units of their distance, float64 (n,).

    landmarks: (n, 6), x and y of the eye on the image's left, the eye on its right, and the nose. The
    distance is measured along the line from eye to eye, so that an inclined head counts as frontal;
    positive is towards the image's right edge. It is not finite where both eyes are at one point.
    """
    left, right, nose = np.asarray(landmarks, dtype=float).reshape(-1, 3, 2).swapaxes(0, 1)
    eyes = right - left
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sum((nose - (left + right) / 2) * eyes, axis=1) / np.sum(eyes**2, axis=1)


def _listed(config: Source, folder: Path, faces: Path) -> list[str]:
    images, expected = image_files.find(faces), sum(config.released)
    if config.verify and len(images) != expected:
        raise PipelineError(
            f"{faces} has {len(images):,} images instead of {expected:,}: unpack {config.archive} there "
            "again, or put the zip file itself beside it."
        )
    return image_files.record(str(faces), folder, images)


def _factors(config: CelebA, raw: Path, names: list[str]) -> list[np.ndarray]:
    factors = []
    if config.attributes:
        values = _table(raw / config.attribute_list, names, config.attributes)
        factors += [(column > 0).astype(np.int64) for column in values.T]
    if config.yaw_thresholds:
        turn = yaw(_table(raw / config.landmark_list, names, LANDMARKS))
        if not np.isfinite(turn).all():
            face = names[int(np.flatnonzero(~np.isfinite(turn))[0])]
            raise PipelineError(f"{config.landmark_list} has both eyes of {face} at one point: get it anew.")
        factors.append(np.digitize(turn, config.yaw_thresholds).astype(np.int64))
    return factors


def _partition(path: Path) -> tuple[list[str], np.ndarray]:
    """Names of the faces and their split codes: the file's 0, 1, 2 mean what ours do."""
    rows = [line.split() for line in _lines(path) if line.strip()]
    if not rows or any(len(row) != 2 or row[1] not in ("0", "1", "2") for row in rows):
        raise PipelineError(f"{path} is not a list of file names with 0, 1 or 2: get it anew.")
    return [name for name, _ in rows], np.array([code for _, code in rows], dtype=np.uint8)


def _lines(path: Path) -> list[str]:
    with reading(path, f"`python -m pipeline download {path.parent.name}`"):
        return path.read_bytes().decode().splitlines()


def _faces(config: CelebA, raw: Path, names: Sequence[str]) -> tuple[Path, list[ImageFile]]:
    """The folder that faces are in, or their zip file, and the faces of these names."""
    if (raw / config.archive).exists():
        root, found = raw, image_files.in_archive(raw, config.archive)
    else:
        root, found = image_files.recorded(raw)
    by_name = {image.name.rpartition("/")[2]: image for image in found}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise PipelineError(
            f"{len(missing):,} faces of {config.split_list} are not in {raw}, such as {missing[0]}: "
            f"get {config.archive} anew and download again."
        )
    return root, [by_name[name] for name in names]


def _table(path: Path, names: Sequence[str], columns: Sequence[str]) -> np.ndarray:
    """The named columns of a CelebA list, int64 (n, columns), for the faces in `names`.

    Such a file has the number of rows, the names of the columns, and rows of a face's name and numbers.
    """
    try:
        _, header, *rows = _lines(path)
        titles = header.split()
        table = {name: list(map(int, numbers)) for name, *numbers in map(str.split, rows)}
    except ValueError as error:
        raise PipelineError(f"{path} is not one of CelebA's lists ({error}): get it anew.") from None
    unknown = [name for name in columns if name not in titles]
    if unknown:
        raise PipelineError(f"{path} has no column '{unknown[0]}': {nearest(unknown[0], titles)}")
    missing = [name for name in names if len(table.get(name, ())) != len(titles)]
    if missing:
        raise PipelineError(f"{path} has no whole row for {missing[0]}: get it anew and download again.")
    places = [titles.index(name) for name in columns]
    return np.array([table[name] for name in names], dtype=np.int64)[:, places]
