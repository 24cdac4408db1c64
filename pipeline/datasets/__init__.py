"""Prepared data sets: one file a source, and the one way to load them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline import paths
from pipeline.errors import PipelineError
from pipeline.files import read_json

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


def load(name: str) -> Dataset:
    """Open a prepared data set. Raises PipelineError when it is missing or damaged."""
    *files, about = paths.processed_files(name)
    try:
        data, labels, split = (np.load(path, mmap_mode="r", allow_pickle=False) for path in files)
    except FileNotFoundError as error:
        raise PipelineError(
            f"{error.filename} is missing: run `python -m pipeline prepare {name}` first."
        ) from None
    except (ValueError, EOFError) as error:
        raise PipelineError(
            f"The data set in {paths.processed(name)} is damaged ({error}): delete it and run "
            f"`python -m pipeline prepare {name}` again."
        ) from None
    return Dataset(name, data, labels, split, read_json(about))
