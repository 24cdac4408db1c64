"""A small suite with made-up evidence, for the tests of results and of the stages that draw them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
from receipts_fakes import leave_receipts

from pipeline import params
from pipeline.base import paths
from pipeline.base.files import write_csv, write_json, write_npz, write_text
from pipeline.metrics.divergence import value

SPLITS = {"validation": 0.1, "test": 0.1, "seed": 0}
STEPS = [0, 10, 20]
SEEDS = [0, 1, 2]


def mixture(dim: int, components: int, layout: str) -> dict[str, Any]:
    return {
        "source": "synthetic",
        "prepare": {
            "kind": "mixture", "dim": dim, "components": components, "layout": layout,
            "radius": 0.0 if components == 1 else 0.8, "sigma": 0.2 if dim == 1 else 0.05,
            "count": 1000, "seed": 0, "splits": SPLITS,
        },
        "extractor": {"kind": "coordinates"},
    }  # fmt: skip


def digits() -> dict[str, Any]:
    return {
        "source": "digits",
        "prepare": {"kind": "digits", "size": 28, "splits": SPLITS},
        "extractor": {
            "kind": "classifier", "width": 8, "features": 16, "epochs": 1,
            "batch": 32, "lr": 0.001, "seed": 0,
        },
    }  # fmt: skip


METRICS: dict[str, dict[str, Any]] = {
    "jsd": {"kind": "jensen_shannon", "bins": 10},
    "modes": {"kind": "modes", "share": 0.01, "radius": 3.0},
    "parzen": {"kind": "parzen", "samples": 1000, "validation": 50, "sigma_range": [0.1, 1.0], "sigmas": 3},
}


def experiment(dataset: str, headline: str = "jsd100", **train: Any) -> dict[str, Any]:
    """A valid experiment of paper `gan`; keywords replace values of its train block."""
    mlp = {"kind": "mlp", "hidden": [8], "activation": "relu"}
    adam = {"kind": "adam", "lr": 0.001}
    return {
        "paper": "gan",
        "dataset": dataset,
        "seeds": SEEDS,
        "train": {
            "networks": {"generator": mlp, "discriminator": mlp},
            "objective": {"kind": "saturating"},
            "prior": {"kind": "normal", "dim": 1},
            "tempering": {"kind": "none"},
            "guidance": {"kind": "none"},
            "update": "alternating",
            "discriminator_steps": 1,
            "generator_steps": 1,
            "optimizers": {"generator": adam, "discriminator": adam},
            "batch": 8,
            "steps": STEPS[-1],
            "snapshots": STEPS,
            "range": [-1.0, 1.0],
            "log_every": 1,
            "checkpoint_seconds": 60.0,
            "threads": 1,
            **train,
        },
        "sample": {"count": math.prod(map(int, re.findall(r"\d+", headline) or [100])), "dtype": "float32"},
        "evaluate": {
            "metrics": [block for stem, block in METRICS.items() if headline.startswith(stem)],
            "headline": headline, "reference": "test", "every_snapshot": True, "panel": 100,
        },
    }  # fmt: skip


def affine(shift: float) -> dict[str, Any]:
    mlp = {"kind": "mlp", "hidden": [8], "activation": "relu"}
    return {"generator": {"kind": "affine", "shift": shift, "scale": 0.2}, "discriminator": mlp}


def content() -> dict[str, Any]:
    """params.yaml of the fake suite, as plain values."""
    gaps = {f"gap{i}": f"gan-gap{i}" for i in range(3)}
    ratios = {f"ratio{k}": f"gan-ratio{k}" for k in (1, 5)}
    losses = {"saturating": "gan-saturating", "non_saturating": "gan-non-saturating"}
    return {
        "suite": {"name": "fake", "title": "A fake suite"},
        "mirror": None,
        "papers": {
            "gan": {
                "results": {
                    "table1": {"uses": {"digits": "gan-digits"}},
                    "schematics": {},
                    "rps": {"settings": {"steps": 200, "rate": 0.05, "start": [0.4, 0.35, 0.25],
                                         "opponent_start": [0.3, 0.3, 0.4]}},
                    "dstar": {"uses": gaps, "settings": {"support": 0.01}},
                    "jsd": {"uses": gaps, "settings": {"points": 21}},
                    "algo1": {"uses": losses, "settings": {"columns": 3, "bins": 40}},
                    "parzen-n": {"settings": {"seed": 0, "counts": [1, 10, 100], "fixed_width": 0.5,
                                              "repeats": 3}},
                    "collapse": {"uses": ratios, "settings": {"columns": 4}},
                    "fig3": {"uses": {"digits": "gan-digits"}, "settings": {"start": 1, "end": 5}},
                },
                "claims": {},
                "waiting": {"fig7": "needs faces, which this suite does not have"},
            }
        },
        "sources": {"synthetic": {"kind": "synthetic"}, "digits": {"kind": "digits"}},
        "datasets": {"line": mixture(1, 1, "spaced"), "ring": mixture(2, 8, "ring"), "digits": digits()},
        "experiments": {
            **{name: experiment("line", networks=affine(0.3 * i), generator_steps=0)
               for i, name in enumerate(gaps.values())},
            **{name: experiment("ring", "modes100", generator_steps=int(name[9:]))
               for name in ratios.values()},
            **{name: experiment("line", objective={"kind": kind}) for kind, name in losses.items()},
            "gan-digits": experiment("digits", "parzen1000"),
        },
        "studies": {},
    }  # fmt: skip


def statistics(values: dict[str, float | None]) -> dict[str, Any]:
    known = [value for value in values.values() if value is not None]
    if not known:
        return {"mean": None, "std": None, "best": None, "worst": None, "values": values}
    deviation = float(np.std(known, ddof=1)) if len(known) > 1 else None
    return {
        "mean": float(np.mean(known)),
        "std": deviation,
        "best": max(known),
        "worst": min(known),
        "values": values,
    }


def write_evidence(
    paper: str, name: str, values: dict[str, list[float | None]], arrays: dict[str, np.ndarray],
    curves: dict[str, np.ndarray] | None = None, dataset: str = "line",
) -> None:  # fmt: skip
    """Evidence files of one experiment; a None among a metric's values marks a diverged seed."""
    diverged = {str(seed): None for seed in SEEDS}
    metrics = {}
    for metric, per_seed in values.items():
        keyed = {str(seed): value for seed, value in zip(SEEDS, per_seed, strict=True)}
        diverged |= {seed: 15 for seed, value in keyed.items() if value is None}
        metrics[metric] = {"better": "higher", "final": statistics(keyed), "best": statistics(keyed)}
    write_json(
        paths.metrics(paper, name),
        {
            "experiment": name, "paper": paper, "dataset": dataset, "seeds": SEEDS,
            "steps": STEPS[-1], "samples": 100,
            "reference": {"split": "test", "count": 100},
            "features": {"kind": "coordinates", "sha256": "0123456789abcdef" * 4},
            "diverged": diverged, "metrics": metrics,
            "trained": sum(step is None for step in diverged.values()),
        },
    )  # fmt: skip
    columns = curves or {}
    rows = [
        {"seed": seed, "step": step, **{metric: grid[i, j] for metric, grid in columns.items()}}
        for i, seed in enumerate(SEEDS)
        for j, step in enumerate(STEPS)
    ]
    write_csv(paths.curves(paper, name), rows)
    write_csv(paths.training(paper, name), rows)
    write_npz(paths.evidence(paper, name), arrays)


def write_suite() -> params.Params:
    """Write params.yaml and all evidence of the fake suite into the working directory."""
    plain = content()
    write_text(paths.PARAMS, json.dumps(plain))
    rng = np.random.default_rng(0)
    grid = np.linspace(-2, 2, 201).astype(np.float32)
    for name in plain["experiments"]:
        if "gap" in name:
            _write_gap(name, grid, rng)
        elif "ratio" in name:
            _write_ring(name, rng)
        elif "digits" not in name:
            _write_line(name, grid, rng)
    _write_digits(rng)
    suite = params.load()
    leave_receipts(suite)
    return suite


def _write_gap(name: str, grid: np.ndarray, rng: np.random.Generator) -> None:
    shift = 0.3 * int(name[-1])
    optimum = 1 / (1 + np.exp((2 * shift * grid - shift**2) / (2 * 0.04)))
    outputs = {
        f"discriminator_seed{s}_{STEPS[-1]}": np.clip(optimum + 0.03 * rng.normal(), 0.01, 0.99).astype(
            np.float32
        )
        for s in SEEDS
    }
    densities = [np.exp(-((grid - mean) ** 2) / 0.08) / (0.2 * math.sqrt(2 * math.pi)) for mean in (0, shift)]
    errors: list[float | None] = [float(np.abs(d - optimum)[100]) for d in outputs.values()]
    values: list[float | None] = [value(d, densities[0], densities[1], grid) for d in outputs.values()]
    metrics = {"discriminator_error_mean": errors, "value_trained": values, "jsd100": [0.1, 0.1, 0.1]}
    write_evidence("gan", name, metrics, {"grid": grid, **outputs})


def _write_line(name: str, grid: np.ndarray, rng: np.random.Generator) -> None:
    arrays: dict[str, np.ndarray] = {"grid": grid}
    for seed in SEEDS:
        for place, step in enumerate(STEPS):
            arrays[f"panel_seed{seed}_{step}"] = rng.normal(1 - place / 2, 0.2, (500, 1)).astype(np.float32)
            arrays[f"discriminator_seed{seed}_{step}"] = 1 / (1 + np.exp((2 - place) * grid))
    jsd = 0.6 * np.exp(-np.arange(3)) + rng.uniform(0, 0.05, (3, 3))
    write_evidence("gan", name, {"jsd100": [0.1, 0.1, 0.1]}, arrays, {"jsd100": jsd})


def _write_ring(name: str, rng: np.random.Generator) -> None:
    arrays: dict[str, np.ndarray] = {"real": _ring(rng, 8)}
    for seed in SEEDS:
        for step in STEPS:
            arrays[f"panel_seed{seed}_{step}"] = _ring(rng, 2 if name.endswith("5") else 8)
    values: dict[str, list[float | None]] = {"modes100": [8, 7, 8], "std_mean": [0.55, 0.5, 0.56]}
    if name.endswith("5"):
        values = {"modes100": [2, 1, None], "std_mean": [0.2, 0.1, None]}
    write_evidence("gan", name, values, arrays, dataset="ring")


def _ring(rng: np.random.Generator, modes: int) -> np.ndarray:
    angles = 2 * np.pi * rng.integers(modes, size=300) / 8
    points = 0.8 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + 0.05 * rng.normal(size=(300, 2))
    return points.astype(np.float32)


def _write_digits(rng: np.random.Generator) -> None:
    arrays: dict[str, np.ndarray] = {}
    for seed in SEEDS:
        arrays[f"paths_seed{seed}"] = rng.integers(0, 256, (4, 8, 1, 28, 28)).astype(np.uint8)
        chances = rng.uniform(0, 0.05, (4, 8, 10))
        chances[:, :, 7] += 0.3
        chances[:, :4, 3] += 1.0
        chances[:, 4:, 9] += 1.0
        if seed == 1:
            # walked backwards, this is the path from 1 to 5
            chances[2, :3, 5] += 5.0
            chances[2, 5:, 1] += 5.0
        arrays[f"path_probabilities_seed{seed}"] = chances / chances.sum(axis=2, keepdims=True)
    values: dict[str, list[float | None]] = {
        "parzen1000": [201.0, 205.0, 203.0], "parzen_se": [2.0, 2.1, 1.9], "parzen_sigma": [0.16, 0.16, 0.18],
    }  # fmt: skip
    write_evidence("gan", "gan-digits", values, arrays, dataset="digits")


def evidence(suite: params.Params, result: str) -> dict[str, Any]:
    """Role → Evidence of a result of the suite."""
    from pipeline.measures.evidence import Evidence

    used = suite.results[result].uses
    return {
        role: Evidence(name, suite.experiments[name], suite.datasets[suite.experiments[name].dataset])
        for role, name in used.items()
    }
