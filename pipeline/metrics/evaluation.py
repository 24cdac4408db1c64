"""The metrics of one experiment: every snapshot of every seed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import datasets
from pipeline.base.errors import PipelineError
from pipeline.base.files import sha256
from pipeline.base.progress import track
from pipeline.metrics import Subject, measure
from pipeline.metrics.samples import RunSamples
from pipeline.metrics.summary import Scores, finite
from pipeline.params import fingerprint, plain
from pipeline.params.datasets import Dataset as Block
from pipeline.params.experiment import Experiment
from pipeline.params.metrics import metric_names


class Evaluation:
    """The metrics of one experiment, with the features of real examples that its snapshots share."""

    def __init__(
        self, name: str, experiment: Experiment, block: Block, dataset: datasets.Dataset, extractor: Path
    ) -> None:
        self.name, self.experiment, self.block = name, experiment, block
        self.dataset, self.extractor = dataset, extractor
        self.reference = dataset.part(experiment.evaluate.reference)[0]
        self.cache: dict[str, object] = {}

    def scores(self, runs: Mapping[int, RunSamples]) -> Scores:
        """Measure every snapshot, or the last one of every seed if that is all that is asked for."""
        better = metric_names(self.experiment, self.block)
        train = self.experiment.train
        steps = train.snapshot_steps if self.experiment.evaluate.every_snapshot else [train.steps]
        values: dict[int, dict[int, dict[str, float | None]]] = {seed: {} for seed in runs}
        present = [(seed, step) for seed, drawn in runs.items() for step in self._present(drawn, steps)]
        for seed, step in track(present, f"evaluate {self.name}"):
            measured = self._measure(self._samples(runs[seed], step), runs[seed].arrays(step), seed)
            values[seed][step] = {name: finite(value) for name, value in measured.items()}
        return Scores(better, values, {seed: drawn.diverged for seed, drawn in runs.items()}, steps)

    def report(self, scores: Scores) -> dict[str, Any]:
        """The content of the metrics file."""
        experiment = self.experiment
        return {
            "experiment": self.name,
            # So that an edited experiment has new evidence even where no number moved.
            "settings_sha256": fingerprint(plain(experiment)),
            "paper": experiment.paper,
            "dataset": experiment.dataset,
            "seeds": experiment.seeds,
            "steps": experiment.train.steps,
            "snapshots": scores.steps,
            "samples": experiment.sample.count,
            "reference": {"split": experiment.evaluate.reference, "count": len(self.reference)},
            "features": {"kind": self.block.extractor.kind, "sha256": sha256(self.extractor)},
            "headline": experiment.evaluate.headline,
            "diverged": {str(seed): step for seed, step in scores.diverged.items()},
            "trained": sum(step is None for step in scores.diverged.values()),
            "metrics": scores.summary(experiment.evaluate.headline),
        }

    def _measure(self, samples: np.ndarray, arrays: Mapping[str, np.ndarray], seed: int) -> dict[str, float]:
        subject = Subject(
            samples=samples,
            reference=self.reference,
            dataset=self.dataset,
            block=self.block,
            experiment=self.experiment,
            extractor=self.extractor,
            seed=seed,
            arrays=arrays,
            cache=self.cache,
        )
        measured = (measure(metric, subject) for metric in self.experiment.evaluate.metrics)
        return {name: value for each in measured for name, value in each.items()}

    def _samples(self, drawn: RunSamples, step: int) -> np.ndarray:
        """Raises PipelineError when they are not as many as their metrics are named after."""
        samples, count = drawn.samples(step), self.experiment.sample.count
        if len(samples) != count:
            raise PipelineError(
                f"{drawn.path} has {len(samples)} samples of step {step}, but sample.count asks for {count}: "
                f"run `python -m pipeline sample {self.name}` again."
            )
        return samples

    def _present(self, drawn: RunSamples, steps: list[int]) -> list[int]:
        """The wanted snapshots that a run has. Raises PipelineError when a run that went well lacks one."""
        missing = [step for step in steps if step not in drawn.steps]
        if missing and drawn.diverged is None:
            raise PipelineError(
                f"{drawn.path} has no samples of step {missing[0]}: run "
                f"`python -m pipeline sample {self.name}` again."
            )
        return [step for step in steps if step in drawn.steps]
