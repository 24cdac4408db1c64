"""What experiments left, as values by seed: the form in which the rules take it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.claims import Roles
from pipeline.claims.finding import Finding, Verdict
from pipeline.claims.rates import Passed
from pipeline.claims.rules import over_settings, paired
from pipeline.claims.runs import Runs
from pipeline.errors import PipelineError
from pipeline.results import Evidence
from pipeline.results.reading import by_seed, diverged, finals

Measure = Callable[[Evidence], Runs]
Pairs = Sequence[tuple[str, Evidence, Evidence]]


def one(evidence: Roles, role: str) -> Evidence:
    """The only experiment of a role. Raises PipelineError when there are several."""
    if len(evidence[role]) != 1:
        raise PipelineError(f"role '{role}' takes one experiment, but uses lists {len(evidence[role])}.")
    return evidence[role][0]


def matched(evidence: Roles, first: str, second: str) -> Pairs:
    """The experiments of two roles, place by place, each pair with a name.

    Raises PipelineError unless there are as many of one as of the other.
    """
    a, b = evidence[first], evidence[second]
    if len(a) != len(b):
        raise PipelineError(
            f"the experiments of '{first}' and '{second}' are compared place by place, but uses lists "
            f"{len(a)} and {len(b)}."
        )
    return [(f"{x.name} and {y.name}", x, y) for x, y in zip(a, b, strict=True)]


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


def compare(pairs: Pairs, measure: Measure, what: str, *, higher: bool, margin: float = 0.0,
            failure: float | None = None) -> Finding:  # fmt: skip
    """Is `measure` higher (or lower) in the first of each pair? Seed by seed, and over all pairs if there
    are several."""
    if len(pairs) == 1:
        _, a, b = pairs[0]
        return paired(measure(a), measure(b), what, higher=higher, margin=margin, failure=failure)
    favoured = {name: measure(a) for name, a, _ in pairs}
    other = {name: measure(b) for name, _, b in pairs}
    return over_settings(favoured, other, what, higher=higher, margin=margin, failure=failure)


def experiments(pairs: Pairs) -> list[Evidence]:
    """Both experiments of every pair."""
    return [run for _, a, b in pairs for run in (a, b)]


def mapped(runs: Runs, function: Callable[[float], float]) -> Runs:
    """A function of every value that there is."""
    return {seed: None if value is None else function(value) for seed, value in runs.items()}


def combined(first: Runs, second: Runs, function: Callable[[float, float], float]) -> Runs:
    """A function of two values of a seed; None where one of them is missing."""
    return {
        seed: None if a is None or (b := second.get(seed)) is None else function(a, b)
        for seed, a in first.items()
    }


def pooled(groups: Iterable[Passed]) -> Passed:
    """All runs of several settings, under numbers of their own."""
    return dict(enumerate(passed for group in groups for passed in group.values()))


def over_a_range(found: Finding, settings: int) -> Finding:
    """The finding, left open if it rests on a single setting."""
    if settings > 1:
        return found
    return replace(found, verdict=Verdict.INCONCLUSIVE).noting("one setting alone is never enough")


def unmeasured(what: str, reason: str) -> Finding:
    """A part of a claim that the experiments did not measure: it leaves the claim open."""
    rule = "What was not measured decides nothing."
    return Finding(Verdict.INCONCLUSIVE, what, None, None, None, 0, rule, (reason,))


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
