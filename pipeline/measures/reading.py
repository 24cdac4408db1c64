"""Reading an experiment's evidence by name, seed and step; a seed that diverged has None, or no entry."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar, get_args

import numpy as np

from pipeline.base.errors import PipelineError, nearest
from pipeline.params.base import Choice

if TYPE_CHECKING:
    from pipeline.measures.evidence import Evidence, Runs

P = TypeVar("P", bound=Choice)
T = TypeVar("T")


def role(evidence: Mapping[str, Evidence], name: str) -> Evidence:
    """The evidence of a role. Raises PipelineError when the result's `uses` has no such role."""
    if name not in evidence:
        raise PipelineError(f"The result needs the role '{name}' under uses; {nearest(name, evidence)}")
    return evidence[name]


def part(run: Evidence, seam: str, kind: type[P]) -> P:
    """The block of an experiment's `tempering`, `prior` or another seam, as one of class `kind`.

    Raises PipelineError when the seam is carried out by another.
    """
    found = getattr(run.experiment.train, seam)
    if not isinstance(found, kind):
        wanted = get_args(kind.model_fields["kind"].annotation)[0]
        raise PipelineError(
            f"Experiment '{run.name}' is taken as one with {seam} '{wanted}', but its {seam} is "
            f"'{found.kind}': use kind '{wanted}'."
        )
    return found


def by_seed(columns: Mapping[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Column `name` of a curves or training table as (steps, values (seeds, steps)).

    NaN where a seed has no value. Raises PipelineError when there is no such column.
    """
    if name not in columns:
        raise PipelineError(
            f"The evidence has no column '{name}'; it has {', '.join(columns)}. "
            "Add the metric to the experiment."
        )
    seeds, steps = np.unique(columns["seed"]), np.unique(columns["step"])
    values = np.full((len(seeds), len(steps)), np.nan)
    row, column = np.searchsorted(seeds, columns["seed"]), np.searchsorted(steps, columns["step"])
    values[row, column] = columns[name]
    return steps, values


def column_like(columns: Mapping[str, np.ndarray], prefix: str) -> str:
    """The one column whose name is `prefix` followed by its protocol, such as jsd4096 for 'jsd'.

    Raises PipelineError when there is none or more than one.
    """
    return _one(list(columns), prefix)


def metric_like(evidence: Evidence, prefix: str) -> str:
    """The one metric of an experiment whose name is `prefix` followed by its protocol; among several, as
    where FID is measured with two numbers of samples, the headline.

    Raises PipelineError when there is none, or when there are several and none of them is the headline.
    """
    names, headline = list(evidence.metrics["metrics"]), evidence.experiment.evaluate.headline
    return headline if headline in names and _is_like(headline, prefix) else _one(names, prefix)


def _is_like(name: str, prefix: str) -> bool:
    return re.fullmatch(re.escape(prefix) + r"[0-9x]+", name) is not None


def _one(names: list[str], prefix: str) -> str:
    found = [name for name in names if _is_like(name, prefix)]
    if len(found) != 1:
        raise PipelineError(
            f"The evidence must hold exactly one metric '{prefix}<protocol>', but it holds "
            f"{', '.join(found) or 'none'} among {', '.join(names)}."
        )
    return found[0]


def has_metric(run: Evidence, name: str) -> bool:
    return name in run.metrics["metrics"]


def finals(run: Evidence, metric: str) -> dict[int, float | None]:
    """Seed → value of a metric at the last step; None where the seed diverged."""
    return _values(run, metric, "final")


def bests(run: Evidence, metric: str) -> dict[int, float | None]:
    """Seed → value of a metric at the seed's best snapshot by the headline; None where it diverged."""
    return _values(run, metric, "best")


def headline(run: Evidence) -> dict[int, float | None]:
    """Seed → the experiment's headline metric at the last step; None where the seed diverged."""
    return finals(run, run.experiment.evaluate.headline)


def _values(run: Evidence, metric: str, snapshot: str) -> dict[int, float | None]:
    known = run.metrics["metrics"]
    if metric not in known:
        raise PipelineError(f"Experiment '{run.name}' has no metric '{metric}'; it has {', '.join(known)}.")
    return {int(seed): value for seed, value in known[metric][snapshot]["values"].items()}


def diverged(evidence: Evidence) -> dict[int, int]:
    """Seed → step at which it diverged, for those seeds that did."""
    steps = evidence.metrics["diverged"]
    return {int(seed): step for seed, step in steps.items() if step is not None}


def snapshots(evidence: Evidence, kind: str, seed: int) -> dict[int, np.ndarray]:
    """Step → array `<kind>_seed<seed>_<step>` of the evidence, such as kind 'panel' or 'discriminator'."""
    pattern = re.compile(rf"{re.escape(kind)}_seed{seed}_(\d+)")
    found = {int(m[1]): evidence.arrays[name] for name in evidence.arrays if (m := pattern.fullmatch(name))}
    return dict(sorted(found.items()))


def last_snapshots(evidence: Evidence, kind: str) -> dict[int, np.ndarray]:
    """Seed → its array at the last step of training; a seed that diverged before that is left out."""
    last = evidence.experiment.train.steps
    arrays = {seed: snapshots(evidence, kind, seed) for seed in evidence.experiment.seeds}
    return {seed: steps[last] for seed, steps in arrays.items() if last in steps}


def spaced(steps: list[int], count: int) -> list[int]:
    """At most `count` of the steps, the first and the last among them, evenly spread over the list."""
    places = np.unique(np.rint(np.linspace(0, len(steps) - 1, min(count, len(steps)))).astype(int))
    return [steps[place] for place in places]


def of_arrays(run: Evidence, kind: str, measure: Callable[[np.ndarray], T]) -> dict[int, T | None]:
    """Seed → measure of its array `<kind>_seed<s>`; None where the seed diverged.

    Raises PipelineError when a seed that trained has no such array.
    """
    lost = diverged(run)
    found: dict[int, T | None] = {}
    for seed in run.experiment.seeds:
        name = f"{kind}_seed{seed}"
        if seed not in lost and name not in run.arrays:
            raise PipelineError(f"experiments.{run.name} left no array {name}: see its sample block.")
        found[seed] = None if seed in lost else measure(run.arrays[name])
    return found


def curve(run: Evidence, name: str) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Steps, and seed → the metric at every evaluated snapshot; NaN where there is none."""
    steps, values = by_seed(run.curves, name)
    return steps, _rows(run.curves, values)


def logged(run: Evidence, column: str) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Steps, and seed → the column of the training log; NaN after a seed has diverged."""
    steps, values = by_seed(run.training, column)
    return steps, _rows(run.training, values)


def at_step(run: Evidence, name: str, step: float) -> Runs:
    """Seed → a metric, by its name or by `name<protocol>`, at the snapshot of a step; None for a seed that
    diverged before it, and where nothing was evaluated."""
    if not run.curves:
        return dict.fromkeys(run.experiment.seeds)
    column = name if name in run.curves else metric_like(run, name)
    return _at(run, *curve(run, column), step)


def logged_at(run: Evidence, column: str, step: float | None = None) -> Runs:
    """Seed → a column of the training log at a step, the last one logged where none is given; None for a seed
    that diverged before it, and where nothing was logged."""
    if not run.training:
        return dict.fromkeys(run.experiment.seeds)
    steps, rows = logged(run, column)
    return _at(run, steps, rows, steps[-1] if step is None else step)


def _at(run: Evidence, steps: np.ndarray, rows: Mapping[int, np.ndarray], step: float) -> Runs:
    found: dict[int, float | None] = dict.fromkeys(run.experiment.seeds)
    for place in np.flatnonzero(steps == step):
        found |= {seed: finite(row[place]) for seed, row in rows.items()}
    return found


def _rows(columns: Mapping[str, np.ndarray], values: np.ndarray) -> dict[int, np.ndarray]:
    return {int(seed): row for seed, row in zip(np.unique(columns["seed"]), values, strict=True)}


def finite(value: float) -> float | None:
    """The value, or None where it is not finite."""
    return float(value) if math.isfinite(value) else None


def mean_deviation(values: Iterable[float | None]) -> tuple[float | None, float | None]:
    """Mean and sample deviation of the values that are there; None where too few are."""
    known = np.array([value for value in values if value is not None and math.isfinite(value)])
    mean = float(known.mean()) if len(known) else None
    return mean, float(known.std(ddof=1)) if len(known) > 1 else None


def rounded(value: float | None, digits: int = 4) -> float | None:
    """A value for a table; None where there is none."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits)


def listed(values: Iterable[float | None], digits: int) -> str:
    """The values of all seeds in one cell, a dash for a seed that diverged."""
    return " ".join("–" if v is None or not math.isfinite(v) else f"{v:.{digits}f}" for v in values)
