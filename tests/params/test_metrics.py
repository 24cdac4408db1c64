"""What a metric will be called is known when params.yaml is read."""

from __future__ import annotations

import csv
import subprocess
import sys
from typing import Any, get_args

import numpy as np
import pytest
from configs import MLP, RBM
from engines import ROOT, SUITES
from metric_subjects import LINE, subject, with_logits

from pipeline import params
from pipeline.base import paths
from pipeline.metrics import Subject, measure
from pipeline.params.metrics import Metric, Named, metric_names

KINDS: dict[str, type[Named]] = {
    get_args(block.model_fields["kind"].annotation)[0]: block for block in get_args(get_args(Metric)[0])
}
POINTS = np.random.default_rng(0).normal(size=(24, 3)).astype(np.float32)
LINE_OF_POINTS = POINTS[:, :1]
GRID = np.linspace(-8, 8, 321)
TANH = {**MLP, "features": {"width": 3, "activation": "tanh"}}
AFFINE = {
    "train__networks__generator": {"kind": "affine", "shift": 0.0, "scale": 1.0},
    "train__prior": {"kind": "normal", "dim": 1},
    "train__generator_steps": 0,
}


def logits(classes: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(24, classes))


def of_real(made: Subject) -> Subject:
    made.cache["reference"] = made.cache["samples"]
    return made


def lasting() -> Subject:
    """A snapshot with features of real examples in [−1, 1], and the weights of an RBM of three by two."""
    zeros = {name: np.zeros(size, np.float32) for name, size in (("visible_bias", 3), ("hidden_bias", 2))}
    weights = {f"prior.rbm.{name}": array for name, array in zeros.items()}
    weights["prior.rbm.weight"] = np.zeros((3, 2), np.float32)
    arrays = {f"features_{split}": np.tanh(POINTS) for split in ("train", "test")} | weights
    changes: dict[str, Any] = {
        "train__networks": {"generator": MLP, "discriminator": TANH},
        "train__prior": RBM,
        "sample__features": {"train": 24, "test": 24},
    }
    return subject(POINTS, arrays=arrays, **changes)


# kind → its values in params.yaml, and a snapshot that it can measure
MEASURABLE: dict[str, tuple[dict[str, Any], Subject]] = {
    "fidelity": ({"count": 20, "measures": ["prc", "fid", "kid"]}, subject(POINTS)),
    "inception_score": ({"groups": 2, "size": 5, "real": True}, of_real(with_logits(logits(4)))),
    "parzen": (
        {"samples": 20, "validation": 5, "sigma_range": [0.1, 1.0], "sigmas": 3},
        subject(POINTS),
    ),
    "modes": ({"share": 0.01, "radius": 3.0}, subject(POINTS)),
    "spread": ({}, subject(POINTS)),
    "class_entropy": ({}, with_logits(logits(4))),
    "factors": ({}, with_logits(logits(2))),
    "lensed_fidelity": (
        {"count": 20},
        subject(POINTS, arrays={"examples": POINTS, "shown": POINTS}, sample__shown=24),
    ),
    "signs_fidelity": ({"count": 20}, subject(POINTS, arrays={"signs": POINTS}, sample__signs=24)),
    "jensen_shannon": ({"bins": 9}, subject(LINE_OF_POINTS, block=LINE)),
    "discriminator_error": (
        {},
        subject(
            LINE_OF_POINTS,
            block=LINE,
            arrays={"grid": GRID, "discriminator": np.full(len(GRID), 0.5)},
            **AFFINE,
        ),
    ),
    "cost": ({}, subject(POINTS)),
    "rbm_likelihood": (
        {
            "hidden": [4, 20], "gibbs": [1], "lr": [0.05], "momentum": [0.5], "epochs": [1],
            "batch": 20, "init_std": 0.01, "chains": 5, "temperatures": 5,
        },
        lasting(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_metric_gives_the_names_that_its_block_declares(kind: str) -> None:
    values, snapshot = MEASURABLE[kind]
    block = KINDS[kind].model_validate({"kind": kind, **values})
    found = measure(block, snapshot)
    assert list(found) == list(block.names(snapshot.scope))
    assert np.isfinite(list(found.values())).all()


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_experiments_measure_what_their_reports_in_git_show(suite: Any) -> None:
    read = params.load(suite / "params.yaml")
    for name, experiment in read.experiments.items():
        names = metric_names(experiment, read.datasets[experiment.dataset])
        assert experiment.evaluate.headline in names
        curves = suite / paths.curves(experiment.paper, name)
        if curves.exists():
            with curves.open(newline="") as file:
                assert next(csv.reader(file)) == ["seed", "step", *names]


def test_names_cost_no_import_of_arrays_or_networks() -> None:
    code = (
        "import sys; from pipeline import params; from pipeline.params.metrics import metric_names\n"
        "read = params.load()\n"
        "for one in read.experiments.values(): assert metric_names(one, read.datasets[one.dataset])\n"
        "assert not {'numpy', 'torch'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
