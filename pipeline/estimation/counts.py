"""What params.yaml alone tells of a suite's cost: runs, steps, samples, bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.base import paths
from pipeline.datasets import read_about
from pipeline.params import sizes
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment, Train
from pipeline.params.sources import Source

if TYPE_CHECKING:
    from torch import nn

LABEL_BYTES, SPLIT_BYTES = 8, 1


@dataclass(frozen=True)
class Counts:
    """Of an experiment, all seeds and snapshots together; bytes of samples are those before compression."""

    runs: int
    steps: int
    samples: int
    checkpoint_bytes: int
    sample_bytes: int

    def __add__(self, other: Counts) -> Counts:
        mine, theirs = vars(self), vars(other)
        return Counts(**{name: mine[name] + theirs[name] for name in mine})


NOTHING = Counts(0, 0, 0, 0, 0)


def count(experiment: Experiment, shape: tuple[int, ...]) -> Counts:
    """Counts of an experiment on data of this shape. A run that diverges ends earlier."""
    train, runs = experiment.train, len(experiment.seeds)
    drawn = runs * len(train.snapshot_steps)
    samples = drawn * experiment.sample.count
    width = 1 if experiment.sample.dtype == "uint8" else 4
    return Counts(
        runs=runs,
        steps=runs * train.steps,
        samples=samples,
        checkpoint_bytes=drawn * snapshot_bytes(train, shape),
        sample_bytes=samples * math.prod(shape) * width,
    )


def snapshot_bytes(train: Train, shape: tuple[int, ...]) -> int:
    """Bytes of the weights that a snapshot keeps."""
    model, _ = _weightless(train, shape)
    return sum(value.numel() * value.element_size() for value in model.state_dict().values())


def training_bytes(train: Train, shape: tuple[int, ...]) -> int:
    """Bytes of weights, gradients and two moments of each in training; activations come on top."""
    trained = [p for module in _weightless(train, shape) for p in module.parameters()]
    return sum(4 * p.numel() * p.element_size() for p in trained)


def _weightless(train: Train, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    """A run's model and guidance without memory for their weights."""
    import torch

    from pipeline.gan.model import Model, build_guidance

    with torch.device("meta"):
        model = Model(train, shape, seed=0)
        return model, build_guidance(train, model.run)


def examples(name: str, block: Dataset, source: Source, suite: Path) -> int | None:
    """How many examples a data set has: as prepared, as params.yaml says, or as is known of its source.

    None if nobody knows before it is prepared.
    """
    about = suite / paths.processed_files(name)[-1]
    if about.exists():
        return read_about(about, f"`python -m pipeline prepare {name}`")["count"]
    return sizes.examples(block.prepare, source)


def processed_bytes(number: int, shape: tuple[int, ...]) -> int:
    """Bytes of a prepared data set of this many examples: pixels or float32 points, a label and a split."""
    width = 1 if len(shape) == 3 else 4
    return number * (math.prod(shape) * width + LABEL_BYTES + SPLIT_BYTES)
