"""Made-up evidence of β-GAN experiments, written into the working directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import fakes
import numpy as np

from pipeline.base import paths
from pipeline.base.files import write_csv, write_json, write_npz
from pipeline.measures.evidence import Evidence
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment

Value = Callable[[int, int], float]
Panel = Callable[[int, int], np.ndarray]
ANNEAL = {
    "kind": "anneal",
    "beta_first": 0.1,
    "beta_last": 10.0,
    "stages": 20,
    "uniform_steps": 5000,
    "stage_steps": 1000,
    "box": "reflect",
}
PLAIN = {"kind": "none"}
STEPS = 30_000
SNAPSHOTS = [5000, 16_000, 23_000, 25_000]
FIVE = fakes.mixture(3, 5, "simplex")
CUBES = {
    "source": "synthetic",
    "prepare": {"kind": "cubes", "half_sides": [0.8, 0.4], "count": 1000, "seed": 0, "splits": fakes.SPLITS},
    "extractor": {"kind": "coordinates"},
}
IMAGES = {
    "source": "synthetic",
    "prepare": {"kind": "uniform", "dims": [1, 28, 28], "count": 100, "seed": 0, "splits": fakes.SPLITS},
    "extractor": {"kind": "coordinates"},
}


def write_run(
    name: str,
    *,
    dataset: Mapping[str, Any] = FIVE,
    tempering: Mapping[str, Any] = PLAIN,
    values: Mapping[str, Value],
    panel: Panel | None = None,
    real: np.ndarray | None = None,
    training: Mapping[str, Value] | None = None,
    diverged: Mapping[int, int] | None = None,
    seeds: Sequence[int] = (0, 1, 2),
    steps: int = STEPS,
    snapshots: Sequence[int] = SNAPSHOTS,
    lr: float = 1e-4,
) -> Evidence:
    """Write the evidence of one experiment. `values`: metric → its value at (seed, step); `panel`: the
    samples at (seed, step); `diverged`: seed → step, after which that seed has left nothing."""
    adam = {"kind": "adam", "lr": lr}
    optimizers = {"generator": adam, "discriminator": adam}
    block = fakes.experiment(
        "data", steps=steps, snapshots=list(snapshots), tempering=dict(tempering), optimizers=optimizers
    )
    experiment = Experiment.model_validate({**block, "paper": "beta_gan", "seeds": list(seeds)})
    ends = {seed: (diverged or {}).get(seed) for seed in seeds}
    points = [
        (seed, step)
        for seed in seeds
        for step in experiment.train.snapshot_steps
        if ends[seed] is None or step < ends[seed]
    ]
    _write_metrics(name, experiment, ends, values)
    rows = [{"seed": s, "step": t, **{key: value(s, t) for key, value in values.items()}} for s, t in points]
    write_csv(paths.curves("beta_gan", name), rows)
    _write_training(name, experiment, ends, training or {})
    arrays = {} if real is None else {"real": real}
    if panel is not None:
        arrays |= {f"panel_seed{s}_{t}": panel(s, t) for s, t in points}
    write_npz(paths.evidence("beta_gan", name), arrays)
    return Evidence(name, experiment, Dataset.model_validate(dataset))


def _write_metrics(
    name: str, experiment: Experiment, ends: Mapping[int, int | None], values: Mapping[str, Value]
) -> None:
    last = experiment.train.steps
    finals = {
        metric: {str(s): None if end is not None else value(s, last) for s, end in ends.items()}
        for metric, value in values.items()
    }
    metrics = {
        metric: {"better": "higher", "final": fakes.statistics(by), "best": fakes.statistics(by)}
        for metric, by in finals.items()
    }
    write_json(
        paths.metrics("beta_gan", name),
        {
            "dataset": experiment.dataset,
            "steps": last,
            "samples": experiment.sample.count,
            "reference": {"split": experiment.evaluate.reference, "count": 100},
            "features": {"kind": "coordinates", "sha256": "f" * 64},
            "diverged": {str(s): end for s, end in ends.items()},
            "trained": sum(end is None for end in ends.values()),
            "metrics": metrics,
            "seeds": list(ends),
        },
    )


def _write_training(
    name: str, experiment: Experiment, ends: Mapping[int, int | None], training: Mapping[str, Value]
) -> None:
    every = experiment.train.steps // 100
    rows = [
        {"seed": s, "step": t, **{key: value(s, t) for key, value in training.items()}}
        for s, end in ends.items()
        for t in range(every, (end or experiment.train.steps) + 1, every)
    ]
    write_csv(paths.training("beta_gan", name), rows)


def annealed(**changes: Any) -> Evidence:
    """A run with annealing that captures five modes throughout, unless told otherwise."""
    return write_run("annealed", tempering=ANNEAL, **{"values": {"modes100": lambda s, t: 5.0}, **changes})
