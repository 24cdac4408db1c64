"""Metrics: each is a function of its block in params.yaml and of one snapshot of one run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_values
from pipeline.datasets import Dataset
from pipeline.params.datasets import Dataset as DatasetBlock
from pipeline.params.experiment import Experiment
from pipeline.params.metrics import Named, Scope

# A metric's numbers in the order of its names; none where samples are not finite
Values = Sequence[float] | None
T = TypeVar("T")


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

    @property
    def scope(self) -> Scope:
        """What the names of its metrics depend on."""
        return Scope(len(self.samples), self.block.prepare, self.experiment.train.prior.dim)

    def cached(self, key: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once for all that share the cache."""
        if key not in self.cache:
            self.cache[key] = make()
        return cast("T", self.cache[key])


def measure(metric: Named, subject: Subject) -> dict[str, float]:
    """Name → value, NaN where the metric could not be computed."""
    names, values = metric.names(subject.scope), metric.load()(metric, subject)
    return dict(zip(names, [math.nan] * len(names) if values is None else values, strict=True))


def first(examples: np.ndarray, count: int, what: str, metric: str) -> np.ndarray:
    """The first `count` examples. Raises PipelineError when there are fewer."""
    if len(examples) < count:
        raise PipelineError(
            f"Metric '{metric}' needs {count} {what}, but there are {len(examples)}: lower the metric's "
            "count, or raise theirs."
        )
    return examples[:count]


def rows(examples: np.ndarray, limits: Sequence[float]) -> np.ndarray:
    """Examples (n, *shape) as float64 vectors (n, d), pixels as values in `limits`."""
    return to_values(examples, limits).reshape(len(examples), -1).astype(np.float64)
