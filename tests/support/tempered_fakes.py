"""Made-up evidence of tempered's experiments, written into the working directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import configs
import fakes
import numpy as np

from pipeline.measures.evidence import Evidence
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment

STEPS, SEEDS = fakes.STEPS, fakes.SEEDS
PLAIN = {"kind": "none"}
LENS = {**configs.LENS, "schedule_steps": 10}
FIXED = {**LENS, "schedule_steps": None}
COLOR = {
    "source": "digits",
    "prepare": {"kind": "color_digits", "size": 16, "count": 100, "seed": 0, "splits": fakes.SPLITS},
    "extractor": fakes.digits()["extractor"],
}


def write_run(
    name: str,
    tempering: Mapping[str, Any],
    fid: Sequence[Sequence[float | None]],
    *,
    arrays: Mapping[str, np.ndarray] | None = None,
    **train: Any,
) -> Evidence:
    """Write the evidence of one experiment. fid: (seeds, steps), its last entry None for a seed that
    diverged. The reconstruction error is 0.1/(1 + step) plus a thousandth of the seed."""
    block = fakes.experiment("colors", "fid100", tempering=dict(tempering), **train)
    experiment = Experiment.model_validate({**block, "paper": "tempered"})
    curve = np.array([[np.nan if v is None else v for v in row] for row in fid], dtype=float)
    columns: dict[str, np.ndarray] = {"fid100": curve, "gradient_generator": np.full_like(curve, 0.25)}
    if tempering["kind"] == "lens":
        errors = 0.1 / (1 + np.array(STEPS)) + 0.001 * np.array(SEEDS)[:, None]
        columns |= {"reconstruction": errors, "lambda": np.tile([np.nan, 0.25, 0.0], (len(SEEDS), 1))}
    fakes.write_evidence(
        "tempered", name, {"fid100": [row[-1] for row in fid]}, dict(arrays or {}), columns, "colors"
    )
    return Evidence(name, experiment, Dataset.model_validate(COLOR))


def pictures(shown: bool) -> dict[str, np.ndarray]:
    """Panels whose every pixel is the step, lensed examples one brighter, and black examples."""
    arrays = {f"panel_seed0_{step}": np.full((8, 3, 16, 16), step, np.uint8) for step in STEPS}
    if shown:
        arrays["examples"] = np.zeros((8, 3, 16, 16), np.uint8)
        arrays |= {f"shown_seed0_{step}": np.full((8, 3, 16, 16), step + 1, np.uint8) for step in STEPS}
    return arrays
