"""Small valid blocks of params.yaml for tests to vary."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import TypeAdapter

from pipeline.params.sources import Source

MLP: dict[str, Any] = {"kind": "mlp", "hidden": [8], "activation": "relu"}
ADAM: dict[str, Any] = {"kind": "adam", "lr": 0.001}
SPLITS: dict[str, Any] = {"validation": 0.1, "test": 0.2, "seed": 0}
ANNEAL: dict[str, Any] = {
    "kind": "anneal",
    "beta_first": 0.1,
    "beta_last": 10.0,
    "stages": 4,
    "uniform_steps": 2,
    "stage_steps": 1,
    "box": "reflect",
}
LENS: dict[str, Any] = {
    "kind": "lens",
    "width": 6,
    "blocks": 2,
    "kernel": 3,
    "init": {"kind": "xavier"},
    "weight": 1.0,
    "schedule_steps": 4,
    "reconstruction": "sum",
    "optimizer": ADAM,
}
DENOISING: dict[str, Any] = {
    "kind": "denoising",
    "weight": 0.03,
    "sigma": 1.0,
    "denoiser": {"kind": "fully_connected", "depth": 2, "width": 8},
    "optimizer": ADAM,
}
RBM: dict[str, Any] = {
    "kind": "rbm",
    "dim": 3,
    "hidden": 2,
    "visible": "binary",
    "gibbs": 2,
    "optimizer": {"kind": "sgd", "lr": 0.001, "momentum": 0.8},
    "burn_in": 5,
}

TRAIN: dict[str, Any] = {
    "networks": {"generator": MLP, "discriminator": MLP},
    "objective": {"kind": "non_saturating"},
    "prior": {"kind": "uniform", "dim": 3},
    "tempering": {"kind": "none"},
    "guidance": {"kind": "none"},
    "update": "alternating",
    "discriminator_steps": 1,
    "generator_steps": 1,
    "optimizers": {"generator": ADAM, "discriminator": ADAM},
    "batch": 16,
    "steps": 12,
    "snapshots": [0, 6],
    "range": [-1.0, 1.0],
    "log_every": 3,
    "checkpoint_seconds": 1000.0,
    "threads": 1,
}

EXPERIMENT: dict[str, Any] = {
    "paper": "beta_gan",
    "dataset": "mixture",
    "seeds": [0, 1],
    "train": TRAIN,
    "sample": {"count": 20, "dtype": "float32"},
    "evaluate": {
        "metrics": [{"kind": "modes", "share": 0.01, "radius": 3.0}],
        "headline": "modes20",
        "reference": "test",
        "every_snapshot": True,
        "panel": 5,
    },
}

MIXTURE: dict[str, Any] = {
    "source": "synthetic",
    "prepare": {
        "kind": "mixture",
        "dim": 3,
        "components": 5,
        "layout": "simplex",
        "radius": 0.6,
        "sigma": 0.05,
        "count": 400,
        "seed": 0,
        "splits": SPLITS,
    },
    "extractor": {"kind": "coordinates"},
}

PARAMS: dict[str, Any] = {
    "suite": {"name": "test", "title": "Test suite"},
    "mirror": None,
    "papers": {"beta_gan": {"results": {}, "claims": {}, "waiting": {}}},
    "sources": {"synthetic": {"kind": "synthetic"}},
    "datasets": {"mixture": MIXTURE},
    "experiments": {"toy": EXPERIMENT},
    "studies": {},
}


def source(kind: str, **fields: Any) -> Source:
    """The block of a source."""
    return TypeAdapter(Source).validate_python({"kind": kind, **fields})


def changed(block: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A deep copy with values replaced at dotted paths, such as {"train.batch": 8}."""
    result = copy.deepcopy(block)
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = result
        for parent in parents:
            place = place[parent]
        place[last] = value
    return result
