"""The numbers behind aan's results, and that every result draws from made-up evidence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from configs import ADAM, RBM, TRAIN, changed
from metric_subjects import DIGITS

from pipeline.base.errors import PipelineError
from pipeline.figures.drawing import Drawing
from pipeline.measures.evidence import Evidence
from pipeline.measures.mixing import by_factor
from pipeline.measures.training import late_ratio
from pipeline.metrics.mixing import flip_rate
from pipeline.papers.aan import common, memory
from pipeline.papers.registry import drawing_function, registered
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment, Result

SEEDS = [0, 1, 2]
STEPS = np.arange(5, 45, 5)
GRID = {
    "kind": "rbm_likelihood", "hidden": [16, 4], "gibbs": [2, 1], "lr": [0.001], "momentum": [0.8, 0.0],
    "epochs": [3], "batch": 8, "init_std": 0.01, "chains": 10, "temperatures": 10,
}  # fmt: skip


def experiment(dim: int, associative: bool) -> Experiment:
    rbm = {**RBM, "dim": dim, "hidden": dim}
    judge = {"kind": "dcgan", "channels": 2, "kernel": 5, "head": [6, 5],
             "features": {"width": dim, "activation": "tanh"}}  # fmt: skip
    train = changed(
        TRAIN,
        {
            "networks": {
                "generator": {"kind": "dcgan", "channels": 2, "kernel": 5},
                "discriminator": judge,
            },
            "prior": rbm if associative else {"kind": "uniform", "dim": dim},
            "optimizers": {"generator": ADAM, "discriminator": ADAM},
            "steps": 40,
            "snapshots": [],
        },
    )
    evaluate = {
        "metrics": [GRID] if associative else [],
        "headline": "fid300",
        "reference": "test",
        "every_snapshot": False,
        "panel": 9,
    }
    sample: dict[str, Any] = {"count": 20, "dtype": "uint8"}
    if associative:
        sample |= {"gibbs": {"chains": 40, "steps": 3}, "features": {"train": 20, "test": 20}}
    block = {"paper": "aan", "dataset": "digits", "seeds": SEEDS, "train": train}
    return Experiment.model_validate({**block, "sample": sample, "evaluate": evaluate})


def fake(
    dim: int, associative: bool, real: float = -0.2, made: float = -0.8, lost: int | None = None
) -> Evidence:
    """Evidence whose log has constant expectations; `lost` is a seed that diverged."""
    rng = np.random.default_rng(dim)
    run = Evidence(f"run{dim}{associative}", experiment(dim, associative), Dataset.model_validate(DIGITS))
    seeds = np.repeat(SEEDS, len(STEPS))
    log = {
        "log_d_real": real,
        "log_d_fake": made,
        "d_real": math.exp(real),
        "loss_discriminator": 1.2,
        "prior_entropy": 0.5,
    }
    values = {"fid300": 50.0, "class_entropy20": 2.0, "loglik_uniform": -11.0, "loglik_bernoulli": -9.0,
              "loglik_memory": -8.5, "loglik_memory_error": 0.01}  # fmt: skip
    if associative:
        for point in run.experiment.evaluate.metrics[0].grid:
            values |= {f"loglik_{point.label}": -8.0, f"loglik_{point.label}_error": 0.02}
            if point.hidden <= 16:
                values[f"loglik_{point.label}_exact"] = -8.01
    kept = [seed for seed in SEEDS if seed != lost]
    columns = {name: np.full(len(seeds), value) for name, value in log.items()}
    run.__dict__["training"] = {"seed": seeds, "step": np.tile(STEPS, len(SEEDS)), **columns}
    run.__dict__["metrics"] = {
        "diverged": {str(seed): 7 if seed == lost else None for seed in SEEDS},
        "metrics": {
            name: {"final": {"values": {str(s): None if s == lost else value + 0.1 * s for s in SEEDS}}}
            for name, value in values.items()
        },
    }
    arrays = {f"panel_seed{kept[0]}_40": rng.integers(0, 256, (9, 1, 28, 28), dtype=np.uint8)}
    if associative:
        arrays |= {"gibbs_real": rng.integers(0, 256, (9, 1, 28, 28), dtype=np.uint8)}
        for seed in kept:
            arrays[f"gibbs_seed{seed}"] = rng.integers(0, 256, (9, 3, 1, 28, 28), dtype=np.uint8)
            arrays[f"gibbs_states_seed{seed}"] = np.sign(rng.normal(size=(40, 4, dim))).astype(np.float32)
            arrays[f"gibbs_probabilities_seed{seed}"] = rng.dirichlet(np.ones(10), (40, 4))
            arrays[f"features_seed{seed}"] = np.tanh(rng.normal(size=(20, dim))).astype(np.float32)
    run.__dict__["arrays"] = arrays
    return run


@pytest.fixture(scope="module")
def runs() -> dict[str, Evidence]:
    return {
        "aan": fake(16, True), "gan": fake(16, False, made=-1.6),
        "small": fake(4, True, made=-0.4), "small_gan": fake(4, False),
    }  # fmt: skip


def draw(name: str, evidence: dict[str, Evidence], **settings: Any) -> Drawing:
    wanted = registered("result", "aan", name)
    assert wanted is not None
    roles = wanted.wanted.roles | wanted.wanted.optional
    uses = {role: role for role in evidence if wanted.wanted.each or role in roles}
    block = Result.model_validate({"uses": uses, "settings": settings}).of("aan", name)
    return drawing_function(block)(evidence, **settings)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("fig1", {}), ("fig2", {"window": 3}), ("expectations", {"window": 3}), ("fig3a", {"rows": 4}),
        ("fig3b", {"rows": 4}), ("heldout-ll", {}), ("mnist", {"images": 9, "window": 3}), ("optimum", {}),
        ("variants", {}),
    ],
)  # fmt: skip
def test_every_result_is_drawn(runs: dict[str, Evidence], name: str, settings: dict[str, Any]) -> None:
    drawing = draw(name, runs, **settings)
    assert drawing.rows
    drawing.figure.canvas.draw()


def test_mixing_is_drawn_for_memories(runs: dict[str, Evidence]) -> None:
    drawing = draw("mixing", {"large": runs["aan"], "small": runs["small"]})
    assert {row["RBM"] for row in drawing.rows} == {"16 × 16, rate 0.001", "4 × 4, rate 0.001"}
    assert len(drawing.rows) == 2 * len(SEEDS) * 3


def test_a_seed_that_diverged_is_left_out_and_counted() -> None:
    run = fake(16, True, lost=0)
    assert {row["seed"] for row in draw("mixing", {"only": run}).rows} == {1, 2}
    assert draw("variants", {"aan": run}).rows[0]["seeds trained"] == "2 of 3"
    with pytest.raises(PipelineError, match="diverged"):
        draw("fig3a", {"aan": run}, rows=2)


def test_ratio_is_that_of_the_means(runs: dict[str, Evidence]) -> None:
    steps, values = common.ratio(runs["aan"], 3)
    np.testing.assert_allclose(values, 0.25)
    assert len(steps) == len(STEPS)
    assert late_ratio(runs["gan"]) == pytest.approx(dict.fromkeys(SEEDS, 0.125))


def test_smoothing_uses_only_what_has_been_logged() -> None:
    np.testing.assert_allclose(common.smoothed(np.array([[1.0, 3.0, 5.0, 7.0]]), 2), [[1.0, 2.0, 4.0, 6.0]])


def test_joint_classes_are_parted_into_the_factors_of_the_labels(runs: dict[str, Evidence]) -> None:
    run = runs["aan"]
    colors = {**DIGITS, "prepare": {**DIGITS["prepare"], "kind": "color_digits", "count": 60, "seed": 0}}
    shown = Evidence(run.name, run.experiment, Dataset.model_validate(colors))
    parts = [np.random.default_rng(k).dirichlet(np.ones(10), (6, 4)) for k in range(3)]
    joint = np.einsum("nsa,nsb,nsc->nsabc", *parts).reshape(6, 4, 1000)
    found = by_factor(shown, joint)
    assert list(found) == ["red", "green", "blue"]
    for chances, expected in zip(found.values(), parts, strict=True):
        np.testing.assert_allclose(chances, expected, atol=1e-12)
    assert list(by_factor(run, parts[0])) == ["class"]
    arrays = {
        name: joint if "probabilities" in name else array[:6] if "states" in name else array
        for name, array in run.arrays.items()
    }
    shown.__dict__.update(arrays=arrays, metrics=run.metrics)
    drawing = draw("mixing", {"only": shown})
    rates = [flip_rate(chances)[0] for chances in parts]
    names = ("red_flips", "green_flips", "blue_flips")
    assert [drawing.rows[0][name] for name in names] == pytest.approx(rates, abs=1e-4)


def test_gains_are_paired_by_seed(runs: dict[str, Evidence]) -> None:
    assert memory.gains(runs["aan"], "memory") == pytest.approx([0.5] * 3)


def test_a_result_without_its_role_or_memory_says_so(runs: dict[str, Evidence]) -> None:
    with pytest.raises(PipelineError, match="uses.aan: is missing"):
        draw("fig3a", {"ann": runs["aan"]}, rows=2)
    with pytest.raises(PipelineError, match="its prior is 'uniform'"):
        draw("fig1", {"aan": runs["gan"]})
    with pytest.raises(PipelineError, match="lacks the metric 'rbm_likelihood'"):
        draw("heldout-ll", {"aan": runs["gan"]})
