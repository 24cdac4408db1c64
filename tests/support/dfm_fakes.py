"""Made-up evidence of dfm's and of the comparison's experiments, written into the working directory."""

from __future__ import annotations

from typing import Any

import configs
import fakes
import numpy as np

from pipeline.measures.evidence import Evidence
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment

PATCHES = {
    "source": "photographs",
    "prepare": {"kind": "patches", "size": 16, "count": 100, "seed": 0, "splits": fakes.SPLITS},
    "extractor": fakes.digits()["extractor"],
}
Values = dict[str, list[float | None]]


def write_run(
    paper: str, name: str, values: Values, curves: dict[str, np.ndarray] | None = None, **train: Any
) -> Evidence:
    """Evidence of one experiment on patches at three seeds; a None among the values is a diverged seed."""
    rng = np.random.default_rng(len(name))
    panels = {f"panel_seed0_{step}": _images(rng) for step in fakes.STEPS}
    fakes.write_evidence(paper, name, values, {"real": _images(rng), **panels}, curves, dataset="patches")
    block = fakes.experiment("patches", **train)
    experiment = Experiment.model_validate({**block, "paper": paper})
    return Evidence(name, experiment, Dataset.model_validate(PATCHES))


def guided(weight: float) -> dict[str, Any]:
    return {**configs.DENOISING, "weight": weight}


def _images(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 256, (16, 3, 16, 16)).astype(np.uint8)
