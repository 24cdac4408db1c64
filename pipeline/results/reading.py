"""Reading an experiment's evidence the way figures need it: by seed, by snapshot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.results import Evidence


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
    """The one metric of an experiment whose name is `prefix` followed by its protocol."""
    return _one(list(evidence.metrics["metrics"]), prefix)


def _one(names: list[str], prefix: str) -> str:
    found = [name for name in names if re.fullmatch(re.escape(prefix) + r"[0-9x]+", name)]
    if len(found) != 1:
        raise PipelineError(
            f"The evidence must hold exactly one metric '{prefix}<protocol>', but it holds "
            f"{', '.join(found) or 'none'} among {', '.join(names)}."
        )
    return found[0]


def finals(evidence: Evidence, metric: str) -> dict[int, float | None]:
    """Seed → value of a metric at the last step; None where the seed diverged."""
    known = evidence.metrics["metrics"]
    if metric not in known:
        raise PipelineError(
            f"Experiment '{evidence.name}' has no metric '{metric}'; it has {', '.join(known)}."
        )
    return {int(seed): value for seed, value in known[metric]["final"]["values"].items()}


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
