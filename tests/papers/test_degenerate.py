"""Claims on evidence that can show nothing: one seed after one step, as in a rehearsal, or lost runs."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from claims_fakes import run
from configs import DENOISING, LENS, MLP, RBM

from pipeline.claims.finding import Verdict
from pipeline.measures.evidence import Evidence
from pipeline.papers.discovery import declared
from pipeline.papers.registry import Registered, registered

CLAIMS = [
    (paper, name)
    for paper in ("aan", "dfm", "tempered")
    for name in declared("claim", paper)
    if (found := registered("claim", paper, name)) and found.wanted.roles
]
METRICS = (
    "fid100", "fid_signs100", "fid_lens100", "fid_lensed100", "fid_unlensed100", "loglik_memory",
    "loglik_bernoulli", "class_entropy100", "class_confidence100", "conditional_entropy100",
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
    "features_seed0": np.random.default_rng(0).uniform(-1, 1, (4, 3)),
}
SETTINGS = {
    "near": 0.1, "least": 0.8, "share": 0.001, "threshold": 60.0, "perfect": 0.9, "factors": [1.5],
    "margin": 0.1, "identity": 0.01, "factor": 1.2, "early": 0.25, "error": 0.01, "times": 3.0, "few": 100,
    "many": 200, "agreement": 0.8, "above": 0.1, "below": 8.0, "kept": 0.7, "classes": 0.5,
}  # fmt: skip


def everything(value: float | None, name: str, weight: float) -> Evidence:
    """A run that has all parts, metrics and arrays, after one step with one seed."""
    judge = {**MLP, "features": {"width": 3, "activation": "tanh"}}
    seen = np.nan if value is None else value
    return run(
        name, {metric: [value] for metric in METRICS}, steps=(0, 1),
        curves=dict.fromkeys(METRICS, seen), training=dict.fromkeys(LOGGED, seen), arrays=ARRAYS,
        networks={"generator": MLP, "discriminator": judge}, prior=RBM, guidance=DENOISING,
        tempering={**LENS, "schedule_steps": 1, "weight": weight},
    )  # fmt: skip


@pytest.mark.parametrize("value", [1.0, None])
@pytest.mark.parametrize("key", CLAIMS, ids="-".join)
def test_nothing_is_claimed_of_nothing(key: tuple[str, str], value: float | None) -> None:
    claim = registered("claim", *key)
    assert isinstance(claim, Registered)
    roles = {
        role: [everything(value, role, 0.0 if role == "identity" else 1.0)] for role in claim.wanted.roles
    }
    parameters = inspect.signature(claim.function).parameters
    found = claim.function(roles, **{name: SETTINGS[name] for name in parameters if name in SETTINGS})
    assert found.verdict in (Verdict.INCONCLUSIVE, Verdict.UNTESTED)
