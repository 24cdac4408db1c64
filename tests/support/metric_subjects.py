"""Small subjects for the tests of metrics: samples and a data set that needs no file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from configs import EXPERIMENT, MIXTURE, SPLITS, changed

from pipeline import datasets
from pipeline.metrics import Subject
from pipeline.metrics.features import Extracted, Features
from pipeline.params.datasets import Dataset as Block
from pipeline.params.experiment import Experiment

DIGITS: dict[str, Any] = {
    "source": "digits",
    "prepare": {"kind": "digits", "size": 28, "splits": SPLITS},
    "extractor": {
        "kind": "classifier", "width": 4, "features": 8, "epochs": 1, "batch": 16, "lr": 0.01, "seed": 0,
    },
}  # fmt: skip
LINE: dict[str, Any] = changed(
    MIXTURE, {"prepare.dim": 1, "prepare.layout": "spaced", "prepare.components": 1, "prepare.sigma": 1.0}
)


def subject(
    samples: np.ndarray,
    real: np.ndarray | None = None,
    block: dict[str, Any] = MIXTURE,
    extractor: Path = Path("none.pt"),
    arrays: dict[str, np.ndarray] | None = None,
    **changes: Any,
) -> Subject:
    """A subject whose data set is `real`, a third of it in each split; keywords change the experiment."""
    data = samples if real is None else real
    split = (np.arange(len(data)) % 3).astype(np.uint8)
    dataset = datasets.Dataset("toy", data, np.zeros(len(data), np.int64), split, {"classes": [2]})
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    return Subject(
        samples=samples,
        reference=data,
        dataset=dataset,
        block=Block.model_validate(block),
        experiment=Experiment.model_validate(changed(EXPERIMENT, dotted)),
        extractor=extractor,
        seed=0,
        arrays=arrays or {},
    )


def with_logits(logits: np.ndarray, block: dict[str, Any] = DIGITS) -> Subject:
    """A subject whose samples have been through a network with these logits."""
    made = subject(np.zeros((len(logits), 1, 4, 4), np.uint8), block=block)
    made.cache["samples"] = Extracted(made.samples, Features(np.zeros((len(logits), 2)), logits))
    return made
