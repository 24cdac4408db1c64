"""Prepared data sets: one file a source, and the one way to load them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from typing_extensions import TypedDict

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import read_json, read_npy

if TYPE_CHECKING:
    from pipeline.datasets.streaming import Stream

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Prepared:
    """What a data set's `prepare` gives.

    data: uint8 images (count, channels, height, width) or float32 points (count, dim); a Stream where
        they may not fit into memory.
    labels: int64 (count,), or (count, factors) when an example shows several objects.
    split: uint8 codes into SPLITS.
    classes: number of classes of each factor.
    about: what else about.json should say.
    """

    data: np.ndarray | Stream
    labels: np.ndarray
    split: np.ndarray
    classes: list[int]
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dataset:
    """A prepared data set on disk; arrays are memory-mapped."""

    name: str
    data: np.ndarray
    labels: np.ndarray
    split: np.ndarray
    about: dict[str, Any]

    def part(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """Data and labels of 'train', 'validation' or 'test'."""
        chosen = self.split == SPLITS.index(split)
        return self.data[chosen], self.labels[chosen]

    @property
    def images(self) -> bool:
        return self.data.ndim == 4


class About(TypedDict):
    """What about.json must say, whatever else it says."""

    count: int
    shape: list[int]
    dtype: str
    classes: list[int]
    splits: dict[str, int]
    sha256: str


def load(name: str) -> Dataset:
    """Open a prepared data set.

    Raises PipelineError when it is missing or damaged, or when its arrays are not what about.json says."""
    maker = f"`python -m pipeline prepare {name}`"
    *files, place = paths.processed_files(name)
    data, labels, split = (read_npy(path, maker, mapped=True) for path in files)
    about = read_about(place, maker)
    for path, array in zip(files, (data, labels, split), strict=True):
        if problem := _disagreement(path.stem, array, about):
            raise PipelineError(f"{path} does not agree with {place.name}, {problem}: run {maker} again.")
    return Dataset(name, data, labels, split, dict(about))


def read_about(path: Path, maker: str) -> About:
    """about.json of a prepared data set. Raises PipelineError when it is missing or damaged."""
    found: About = read_json(path, maker, About)
    return found


def _disagreement(kind: str, array: np.ndarray, about: About) -> str | None:
    """In what an array differs from about.json. kind: 'data', 'labels' or 'split'."""
    count, factors = about["count"], len(about["classes"])
    allowed: dict[str, list[tuple[int, ...]]] = {
        "data": [(count, *about["shape"])],
        "labels": [(count,), (count, factors)],
        "split": [(count,)],
    }
    shapes = allowed[kind]
    dtype = {"data": about["dtype"], "labels": "int64", "split": "uint8"}[kind]
    if str(array.dtype) != dtype or array.shape not in shapes:
        return f"being {array.dtype} {array.shape} and not {dtype} {shapes[-1]}"
    if kind == "split":
        numbers = np.bincount(array, minlength=len(SPLITS)).tolist()
        if numbers != [about["splits"].get(split) for split in SPLITS]:
            return f"having {numbers} examples in {', '.join(SPLITS)}"
    if kind == "labels":
        largest = np.atleast_1d(array.max(axis=0, initial=-1)).tolist()
        if any(label >= number for label, number in zip(largest, about["classes"], strict=False)):
            return f"with labels up to {largest} for {about['classes']} classes"
    return None
