"""What experiments left for figures and claims to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.base import paths
from pipeline.base.files import read_columns, read_json, read_npz
from pipeline.measures import forms
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment


@dataclass(frozen=True)
class Evidence:
    """What one experiment left for results to be drawn from."""

    name: str
    experiment: Experiment
    dataset: Dataset

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """reports/metrics/<paper>/<experiment>.json."""
        found: dict[str, Any] = read_json(
            paths.metrics(self.experiment.paper, self.name), self._maker, forms.Metrics
        )
        return found

    @cached_property
    def curves(self) -> dict[str, np.ndarray]:
        """Columns of metrics by snapshot: `seed`, `step`, then one a metric; NaN where not evaluated."""
        return read_columns(paths.curves(self.experiment.paper, self.name), self._maker)

    @cached_property
    def training(self) -> dict[str, np.ndarray]:
        """Columns of the training logs: `seed`, `step`, losses, D's outputs, schedules."""
        return read_columns(paths.training(self.experiment.paper, self.name), self._maker)

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Small arrays: `real`, `panel_seed<s>_<step>`, `grid`, …"""
        return read_npz(paths.evidence(self.experiment.paper, self.name), self._maker)

    @property
    def _maker(self) -> str:
        return f"`python -m pipeline evaluate {self.name}`"

    def read(self) -> None:
        """Read all of it now. Raises PipelineError when a file is missing or damaged."""
        _ = self.metrics, self.curves, self.training, self.arrays


# Seed → value; None where the seed diverged
Runs = Mapping[int, float | None]
# Role → its experiments in the order of params.yaml
Roles = Mapping[str, Sequence[Evidence]]
