"""The claims of aan on made-up evidence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from claims_fakes import SEEDS, around, by_seed, column, run
from configs import MLP, RBM

from pipeline.base.errors import PipelineError
from pipeline.claims.finding import Verdict
from pipeline.measures.evidence import Evidence
from pipeline.papers.aan import claims as aan

SUPPORTED, CONTRADICTED, INCONCLUSIVE = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE
JUDGE = {"generator": MLP, "discriminator": {**MLP, "features": {"width": 3, "activation": "tanh"}}}


def played(ratio: list[float | None], name: str = "run") -> Evidence:
    """A run whose E log D(G) is −1 throughout, so that E log D(x) is −R."""
    values = column(ratio)
    training = {"log_d_real": -values, "log_d_fake": np.where(np.isnan(values), np.nan, -1.0)}
    return run(name, {"fid100": ratio}, training=training)


@pytest.mark.parametrize("judge", [aan.C1, aan.C2])
def test_ratio_is_compared_at_every_size(judge: Any) -> None:
    roles = ("aan", "gan") if judge is aan.C1 else ("small", "large")

    def verdict(first: list[float], second: list[float]) -> Verdict:
        pairs = zip(roles, (first, second), strict=True)
        return judge(
            {role: [played(around(m), f"{role}{m}") for m in means] for role, means in pairs}
        ).verdict

    assert verdict([0.8], [0.3]) is SUPPORTED
    assert verdict([0.8, 0.7], [0.3, 0.6]) is SUPPORTED
    assert verdict([0.3], [0.8]) is CONTRADICTED
    assert verdict([0.8, 0.3], [0.3, 0.8]) is INCONCLUSIVE
    assert verdict([0.50], [0.50]) is INCONCLUSIVE


def test_a_diverged_run_has_lost_to_d() -> None:
    lost: list[float | None] = [0.9, None, None, None, 0.8]
    found = aan.C1({"aan": [played(lost)], "gan": [played(around(0.5))]})
    assert found.verdict is not SUPPORTED
    assert found.effect == pytest.approx((0.9 + 0.8) / 5 - 0.5)


def chains(stay: float, sure: bool = True) -> Evidence:
    """Chains whose units keep their sign with chance `stay`, and whose images keep their class as often."""
    rng = np.random.default_rng(int(100 * stay))
    states, chances = [], []
    for _ in SEEDS:
        flips = np.where(rng.random((400, 5, 3)) < stay, 1, -1)
        states.append(np.cumprod(flips, axis=1).astype(np.float32))
        classes = (rng.random((400, 5)) > stay).astype(int)
        classes[:, 0] = 0
        chances.append(np.eye(2)[classes])
    kinds = {"gibbs_states": states, "gibbs_probabilities": chances}
    return run("chains", arrays=by_seed(kinds if sure else {"gibbs_states": states}))


def test_mixing() -> None:
    quick, slow = chains(0.55), chains(0.95)
    assert aan.small_memory_mixes({"small": [quick], "large": [slow]}).verdict is SUPPORTED
    assert aan.small_memory_mixes({"small": [slow], "large": [quick]}).verdict is CONTRADICTED
    unseen = aan.small_memory_mixes({"small": [chains(0.55, sure=False)], "large": [slow]})
    assert unseen.verdict is INCONCLUSIVE
    assert unseen.parts["chain"].verdict is SUPPORTED
    assert "no classifier" in unseen.parts["images"].details[0]


def features(spread: float) -> Evidence:
    """Three features, of which `spread` of the variance is their own."""
    rng = np.random.default_rng(1)
    own, shared = rng.normal(size=(5, 500, 3)), rng.normal(size=(5, 500, 1))
    mixed = np.tanh(3 * (spread * own + (1 - spread) * shared) + (1 - spread))
    return run("features", arrays=by_seed({"features": list(mixed)}))


def test_spread_of_features() -> None:
    even, uneven = features(0.95), features(0.2)
    assert aan.small_features_spread({"small": [even], "large": [uneven]}).verdict is SUPPORTED
    assert aan.small_features_spread({"small": [uneven], "large": [even]}).verdict is CONTRADICTED


def remembered(gain: float, better: float | None) -> Evidence:
    values = {"fid100": around(50), "loglik_bernoulli": around(-60), "loglik_memory": around(-60 + gain, 0.2)}
    if better is not None:
        values["fid_signs100"] = around(50 + better, 0.3)
    return run("memory", values)


@pytest.mark.parametrize(
    ("gain", "better", "verdict"),
    [(5, 10, SUPPORTED), (-5, 10, CONTRADICTED), (5, -10, CONTRADICTED), (5, None, INCONCLUSIVE)],
)
def test_memory_as_a_model(gain: float, better: float | None, verdict: Verdict) -> None:
    assert aan.memory_is_a_model({"aan": [remembered(gain, better)]}).verdict is verdict


def test_fid_with_a_memory() -> None:
    def verdict(first: float, second: float) -> Verdict:
        pair = (run(f"r{m}", {"fid100": around(m)}) for m in (first, second))
        return aan.C6(dict(zip(("aan", "gan"), ([one] for one in pair), strict=True))).verdict

    assert verdict(10, 20) is SUPPORTED
    assert verdict(20, 10) is CONTRADICTED


def test_a_gaussian_memory_that_diverges_fails() -> None:
    binary = run("binary", {"fid100": around(20)})
    lost = run("gaussian", {"fid100": [None, None, None, None, 90.0]})
    fine = run("gaussian", {"fid100": around(10)})
    assert aan.gaussian_memory_fails({"binary": [binary], "gaussian": [lost]}).verdict is SUPPORTED
    assert aan.gaussian_memory_fails({"binary": [binary], "gaussian": [fine]}).verdict is CONTRADICTED
    nothing = run("gaussian", {"fid100": [None] * 5})
    both = {"binary": [run("binary", {"fid100": [None] * 5})], "gaussian": [nothing]}
    assert aan.gaussian_memory_fails(both).verdict is INCONCLUSIVE


@pytest.mark.parametrize(
    ("real", "fake", "verdict"),
    [(-0.02, -3.0, SUPPORTED), (-0.5, -3.0, CONTRADICTED), (-0.02, -0.4, CONTRADICTED)],
)
def test_d_wins_in_practice(real: float, fake: float, verdict: Verdict) -> None:
    training = {"log_d_real": column(around(real, 0.01)), "log_d_fake": column(around(fake, 0.05))}
    assert aan.d_wins({"runs": [run(training=training)]}, near=0.1).verdict is verdict


def test_reconstructions_lie_near_their_start() -> None:
    rng = np.random.default_rng(2)
    real = rng.integers(0, 256, (20, 1, 4, 4)).astype(np.uint8)
    strangers = [rng.integers(0, 256, (20, 3, 1, 4, 4)).astype(np.uint8) for _ in SEEDS]
    noise = [rng.normal(0, 10 + 5 * seed, (20, 3, 1, 4, 4)) for seed in SEEDS]
    copies = [np.clip(real[:, None] + one, 0, 255).astype(np.uint8) for one in noise]

    def verdict(made: list[np.ndarray]) -> Verdict:
        arrays = {"gibbs_real": real, **by_seed({"gibbs": made})}
        return aan.chains_do_not_reconstruct({"aan": [run(arrays=arrays)]}, least=0.8).verdict

    assert verdict(strangers) is SUPPORTED
    assert verdict(copies) is CONTRADICTED


def test_one_collapse_is_enough() -> None:
    def verdict(least: float, **prior: Any) -> Verdict:
        entropy = np.full((5, 4), math.log(2))
        entropy[3, 2] = least
        entropy[4, :] = np.nan
        memory = run(training={"prior_entropy": entropy}, prior={**RBM, **prior}, networks=JUDGE)
        return aan.memory_can_collapse({"aan": [memory]}, share=0.1).verdict

    assert verdict(0.01) is SUPPORTED
    assert verdict(0.5) is INCONCLUSIVE
    with pytest.raises(PipelineError, match="RBM of Gaussian units"):
        verdict(0.01, visible="gaussian")
    with pytest.raises(PipelineError, match="its prior is 'normal': use kind 'rbm'"):
        aan.memory_can_collapse({"aan": [run(training={"prior_entropy": 0.1})]}, share=0.1)


def test_missing_arrays_and_roles_are_said() -> None:
    with pytest.raises(PipelineError, match="left no array gibbs_states_seed0"):
        aan.small_memory_mixes({"small": [run()], "large": [run()]})
    with pytest.raises(PipelineError, match="role 'aan' takes one experiment, but uses lists 2"):
        aan.memory_is_a_model({"aan": [run(), run()]})
    with pytest.raises(PipelineError, match="place by place, but uses lists 2 and 1"):
        aan.C6({"aan": [run(), run()], "gan": [run()]})
