"""Made-up evidence for the tests of claims, held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import fakes
import numpy as np
from configs import changed

from pipeline.measures.evidence import Evidence
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment

SEEDS = [0, 1, 2, 3, 4]
Values = Sequence[float | None]


def around(mean: float, spread: float = 0.1) -> list[float | None]:
    """A value for each seed, with exactly this mean and deviation, and noise that depends on the mean."""
    noise = np.random.default_rng(round(1000 * abs(mean))).normal(size=len(SEEDS))
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    return [float(value) for value in mean + spread * noise]


def run(
    name: str = "run", final: Mapping[str, Values] | None = None, *, headline: str = "fid100",
    steps: Sequence[int] = (0, 10, 20, 50, 100), curves: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None, arrays: Mapping[str, np.ndarray] | None = None,
    features: str = "classifier", dataset: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None, **train: Any,
) -> Evidence:  # fmt: skip
    """An experiment of five seeds, or as many as there are values. final: metric → value by seed, None for a
    diverged one. curves and training: column → (seeds, steps), or what broadcasts to it. Keywords set its
    train block, and `changes` the rest; dataset is its data's block."""
    final = final or {}
    seeds = list(range(len(next(iter(final.values()), SEEDS))))
    block = fakes.experiment("data", headline, **{"steps": steps[-1], "snapshots": list(steps), **train})
    block = changed({**block, "seeds": seeds}, dict(changes or {}))
    made = Evidence(name, Experiment.model_validate(block), Dataset.model_validate(dataset or fakes.digits()))
    lost = {
        seed for values in final.values() for seed, value in zip(seeds, values, strict=True) if value is None
    }
    made.__dict__["metrics"] = {
        "dataset": "data", "steps": steps[-1], "samples": 100, "features": {"kind": features},
        "diverged": {str(seed): 5 if seed in lost else None for seed in seeds},
        "metrics": {metric: _statistics(values) for metric, values in final.items()},
    }  # fmt: skip
    made.__dict__["curves"] = _columns(curves or {}, seeds, steps)
    made.__dict__["training"] = _columns(training or {}, seeds, steps[1:])
    made.__dict__["arrays"] = dict(arrays or {})
    return made


def by_seed(arrays: Mapping[str, Sequence[np.ndarray]]) -> dict[str, np.ndarray]:
    """Arrays named `<kind>_seed<s>`."""
    return {
        f"{kind}_seed{s}": one for kind, each in arrays.items() for s, one in zip(SEEDS, each, strict=True)
    }


def column(values: Values) -> np.ndarray:
    """A value by seed as a column that is the same at all steps; NaN for a diverged seed."""
    return np.array([[np.nan if value is None else value] for value in values])


def _statistics(values: Values) -> dict[str, Any]:
    keyed = {str(seed): value for seed, value in enumerate(values)}
    return {"final": {"values": keyed}, "best": {"values": keyed}}


def _columns(columns: Mapping[str, Any], seeds: list[int], steps: Sequence[int]) -> dict[str, np.ndarray]:
    shape = len(seeds), len(steps)
    found = {"seed": np.repeat(seeds, shape[1]), "step": np.tile(steps, shape[0])}
    return found | {name: np.broadcast_to(values, shape).ravel() for name, values in columns.items()}
