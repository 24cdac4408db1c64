"""Values of an experiment by seed, None where the seed diverged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.measures.evidence import Evidence, Runs
from pipeline.measures.reading import by_seed, diverged, finals


def headline(run: Evidence) -> Runs:
    """The experiment's headline metric at the last step; None where the seed diverged."""
    return finals(run, run.experiment.evaluate.headline)


def has_metric(run: Evidence, name: str) -> bool:
    return name in run.metrics["metrics"]


def logged(run: Evidence, column: str) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Steps, and seed → the column of the training log; NaN after a seed has diverged."""
    steps, values = by_seed(run.training, column)
    return steps, _rows(run.training, values)


def curve(run: Evidence, name: str) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Steps, and seed → the metric at every evaluated snapshot; NaN where there is none."""
    steps, values = by_seed(run.curves, name)
    return steps, _rows(run.curves, values)


def late(run: Evidence, column: str, start: float = 0.5) -> Runs:
    """Mean of a log column after the share `start` of the steps; None where the seed diverged.

    Raises PipelineError when nothing was logged there though a seed trained.
    """
    steps, values = logged(run, column)
    begin = start * run.experiment.train.steps
    wanted = steps > begin
    if not wanted.any() and len(diverged(run)) < len(run.experiment.seeds):
        raise PipelineError(
            f"experiments.{run.name} logged nothing after step {begin:g}: lower train.log_every, or train it "
            "and evaluate it again."
        )
    return {seed: _finite_mean(row[wanted]) for seed, row in _trained(run, values).items()}


def at_step(run: Evidence, name: str, step: float) -> Runs | None:
    """The metric at the last evaluated snapshot that is no later than `step`, but after the start; None where
    there is no such snapshot."""
    steps, values = curve(run, name)
    wanted = np.flatnonzero((steps > 0) & (steps <= step))
    return {seed: _number(row[wanted[-1]]) for seed, row in values.items()} if len(wanted) else None


def steps_to(run: Evidence, name: str, threshold: float) -> Runs:
    """The first snapshot at which the metric is at most `threshold`; the last step of training for a seed
    that never gets there, and None for one that diverged before."""
    steps, values = curve(run, name)
    return _first_below(run, steps, values, threshold)


def logged_steps_to(run: Evidence, column: str, threshold: float) -> Runs:
    """The same for a column of the training log."""
    steps, values = logged(run, column)
    return _first_below(run, steps, values, threshold)


def mapped(runs: Runs, function: Callable[[float], float]) -> Runs:
    """A function of every value that there is."""
    return {seed: None if value is None else function(value) for seed, value in runs.items()}


def combined(first: Runs, second: Runs, function: Callable[[float, float], float]) -> Runs:
    """A function of two values of a seed; None where one of them is missing."""
    return {
        seed: None if a is None or (b := second.get(seed)) is None else function(a, b)
        for seed, a in first.items()
    }


def _first_below(
    run: Evidence, steps: np.ndarray, values: Mapping[int, np.ndarray], threshold: float
) -> Runs:
    lost = diverged(run)
    found: dict[int, float | None] = {}
    for seed, row in values.items():
        reached = np.flatnonzero(row <= threshold)
        never = None if seed in lost else float(run.experiment.train.steps)
        found[seed] = float(steps[reached[0]]) if len(reached) else never
    return found


def _rows(columns: Mapping[str, np.ndarray], values: np.ndarray) -> dict[int, np.ndarray]:
    return {int(seed): row for seed, row in zip(np.unique(columns["seed"]), values, strict=True)}


def _trained(run: Evidence, values: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Rows of all seeds, NaN throughout for those that diverged."""
    lost = diverged(run)
    nothing = np.full_like(next(iter(values.values())), np.nan)
    return {seed: nothing if seed in lost else values.get(seed, nothing) for seed in run.experiment.seeds}


def _finite_mean(values: np.ndarray) -> float | None:
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if len(kept) else None


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
