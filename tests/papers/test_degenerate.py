"""Claims on evidence that can show nothing: one seed after one step, as in a rehearsal, or lost runs."""

from __future__ import annotations

import inspect
from typing import Any

import fakes
import numpy as np
import pytest
from beta_gan_fakes import FIVE
from claims_fakes import run
from configs import DENOISING, LENS, MLP, RBM

from pipeline.claims.finding import Verdict
from pipeline.measures.evidence import Evidence
from pipeline.papers.discovery import declared
from pipeline.papers.registry import Registered, registered

CLAIMS = [
    (paper, name)
    for paper in ("gan", "aan", "beta_gan", "tempered", "dfm")
    for name in declared("claim", paper)
    if (found := registered("claim", paper, name)) and found.wanted.roles
]
METRICS = (
    "fid100", "fid_signs100", "fid_lens100", "fid_lensed100", "fid_unlensed100", "loglik_memory",
    "loglik_bernoulli", "class_entropy100", "class_confidence100", "conditional_entropy100",
    "discriminator_error_mean", "value_optimal", "value_trained", "jsd", "jsd100", "parzen100", "modes100",
    "quality100", "coverage100", "recall100", "std_mean", "rank",
)  # fmt: skip
LOGGED = (
    "log_d_real", "log_d_fake", "d_real", "d_fake", "prior_entropy", "gradient_generator", "reconstruction",
    "denoising_error", "feature_variance",
)  # fmt: skip
IMAGES = np.zeros((4, 1, 2, 2), np.uint8)
ARRAYS = {
    "real": IMAGES + np.arange(4, dtype=np.uint8)[:, None, None, None],
    "gibbs_real": IMAGES + np.arange(4, dtype=np.uint8)[:, None, None, None],
    "gibbs_seed0": np.stack([IMAGES, IMAGES], axis=1),
    "gibbs_states_seed0": np.sign(np.random.default_rng(0).normal(size=(4, 3, 3))),
    "gibbs_probabilities_seed0": np.full((4, 3, 2), 0.5),
    "grid": np.linspace(-3, 3, 2001),
    "path_probabilities_seed0": np.full((4, 3, 2), 0.6),
    "pixel_probabilities_seed0": np.full((4, 3, 2), 0.5),
    "arithmetic_Male_probabilities_seed0": np.array([[0.9, 0.1, 0.2]]),
    "turn_angle_seed0": np.array([[[0.1, 0.2]], [[0.1, 0.1]]]),
    "turn_identity_seed0": np.array([[[0.1, 0.2]], [[0.3, 0.3]]]),
    "features_seed0": np.random.default_rng(0).uniform(-1, 1, (4, 3)),
}
SETTINGS = {
    "near": 0.1, "least": 0.8, "share": 0.001, "threshold": 60.0, "perfect": 0.9, "factors": [1.5],
    "margin": 0.1, "identity": 0.01, "factor": 1.2, "early": 0.25, "error": 0.01, "times": 3.0, "few": 100,
    "many": 200, "agreement": 0.8, "above": 0.1, "below": 8.0, "kept": 0.7, "classes": 0.5, "tolerance": 0.9,
    "rival": 0.1, "quality": 0.1, "coverage": 0.1, "beta": np.inf, "fid_margin": 0.1, "recall_margin": 0.1,
}  # fmt: skip


# Claims that hold for every single run or not at all
IDENTITIES = {("gan", "C2")}
FEATURED = {"generator": MLP, "discriminator": {**MLP, "features": {"width": 3, "activation": "tanh"}}}
ANNEAL = {
    "kind": "anneal", "beta_first": 0.1, "beta_last": 10.0, "stages": 20, "uniform_steps": 0,
    "stage_steps": 0, "box": "reflect", "full_support": False,
}  # fmt: skip
# Paper → what its claims need of an experiment
BLOCKS: dict[str, dict[str, Any]] = {
    "gan": {
        "dataset": fakes.mixture(1, 1, "spaced"), "networks": fakes.affine(0.3), "generator_steps": 0,
        "optimizers": {
            "generator": {"kind": "sgd", "lr": 1e-9, "momentum": 0.0},
            "discriminator": {"kind": "adam", "lr": 0.001},
        },
    },
    "beta_gan": {"dataset": FIVE, "tempering": ANNEAL},
    "aan": {"networks": FEATURED, "prior": RBM},
    "tempered": {"tempering": {**LENS, "schedule_steps": 1}},
    "dfm": {"networks": FEATURED, "guidance": DENOISING},
}  # fmt: skip
# Role → what only its experiments have, one block each
PARTS: dict[str, list[dict[str, Any]]] = {
    "identity": [{"tempering": {**LENS, "schedule_steps": 1, "weight": 0.0}}],
    "latents": [{"prior": {"kind": "uniform", "dim": dim}} for dim in (1, 3)],
    "models": [{}, {}],
}


def everything(value: float | None, role: str, block: dict[str, Any]) -> Evidence:
    """A run that has all parts, metrics and arrays, after one step with one seed."""
    seen = np.nan if value is None else value
    return run(
        role, {metric: [value] for metric in METRICS}, steps=(0, 1),
        curves=dict.fromkeys(METRICS, seen), training=dict.fromkeys(LOGGED, seen), arrays=ARRAYS,
        **block,
    )  # fmt: skip


@pytest.mark.parametrize("value", [1.0, None])
@pytest.mark.parametrize("key", CLAIMS, ids="-".join)
def test_nothing_is_claimed_of_nothing(key: tuple[str, str], value: float | None) -> None:
    claim = registered("claim", *key)
    assert isinstance(claim, Registered)
    roles = {
        role: [everything(value, role, {**BLOCKS[key[0]], **part}) for part in PARTS.get(role, [{}])]
        for role in claim.wanted.roles
    }
    parameters = inspect.signature(claim.function).parameters
    found = claim.function(roles, **{name: SETTINGS[name] for name in parameters if name in SETTINGS})
    refutable = (Verdict.CONTRADICTED,) if key in IDENTITIES else ()
    assert found.verdict in (Verdict.INCONCLUSIVE, Verdict.UNTESTED, *refutable)
