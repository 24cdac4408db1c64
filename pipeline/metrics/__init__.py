"""Metrics: each is a function of its block in params.yaml and of one snapshot of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from pipeline.datasets import Dataset
from pipeline.params.datasets import Dataset as DatasetBlock
from pipeline.params.experiment import Experiment


@dataclass(frozen=True)
class Measure:
    """One number and which way is better."""

    value: float
    better: Literal["lower", "higher", "neither"]


@dataclass(frozen=True)
class Subject:
    """What a metric may look at.

    samples: the snapshot's samples, in the data set's own form, or float32 in `range` of the run.
    reference: real examples of the experiment's reference split, in the data set's own form.
    arrays: everything else the sample stage kept of this snapshot (`grid`, `discriminator`).
    cache: shared by all snapshots and seeds of one experiment, for features of real data and the like.
    """

    samples: np.ndarray
    reference: np.ndarray
    dataset: Dataset
    block: DatasetBlock
    experiment: Experiment
    extractor: Path
    seed: int
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    cache: dict[str, object] = field(default_factory=dict)
