"""The claims of dfm on made-up evidence, and on known laws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from claims_fakes import Values, around, column, run
from configs import DENOISING, MLP
from study_fakes import denoisers

from pipeline.base.errors import PipelineError
from pipeline.claims.finding import Finding, Verdict
from pipeline.measures.evidence import Evidence
from pipeline.papers.dfm import claims as dfm

SUPPORTED, CONTRADICTED, INCONCLUSIVE = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE
IS = "is10x10"


def scored(mean: float, spread: float = 0.1, name: str = "", **more: Any) -> Evidence:
    return run(name or f"is{mean:g}", {IS: around(mean, spread)}, headline=IS, **more)


def test_scores_of_pairs() -> None:
    def judged(*pairs: tuple[float, float]) -> Verdict:
        sides = {role: [scored(pair[n]) for pair in pairs] for n, role in enumerate(("dfm", "control"))}
        return dfm.C1(sides).verdict

    assert judged((7.7, 7.0)) is SUPPORTED
    assert judged((7.0, 7.7)) is CONTRADICTED
    assert judged((7.71, 7.7)) is INCONCLUSIVE
    assert judged((7.7, 7.0), (7.0, 7.7)) is INCONCLUSIVE


def test_convolutional_denoisers() -> None:
    pair = {"connected": [scored(7.7)], "convolutional": [scored(7.0)]}
    assert dfm.C8(pair).verdict is SUPPORTED


def printed(mean: float, headline: str = "is10x5000", features: str = "inception") -> Verdict:
    one = run("dfm", {headline: around(mean)}, headline=headline, features=features)
    return dfm.between_the_others({"dfm": [one]}, above=5.34, below=8.09).verdict


def test_printed_scores_compare_with_their_like_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dfm, "PRINTED", ("digits", *dfm.PRINTED[1:]))
    assert printed(7.7) is SUPPORTED
    assert printed(5.0) is CONTRADICTED
    assert printed(9.0) is CONTRADICTED
    assert printed(7.7, headline="is10x200") is Verdict.UNTESTED
    assert printed(7.7, features="classifier") is Verdict.UNTESTED
    monkeypatch.setattr(dfm, "PRINTED", ("patches", *dfm.PRINTED[1:]))
    assert printed(7.7) is Verdict.UNTESTED


def collapsing(count: int, name: str, how: str = "drop") -> Evidence:
    """Six runs of which the first `count` collapse: their score drops, their classes go, or they diverge."""
    fails = np.arange(6) < count
    scores: list[float | None] = [7.0 + seed / 10 for seed in range(6)]
    classes: Values = [2.3] * 6
    curve = np.tile(np.array(scores, dtype=float)[:, None], (1, 5))
    if how == "drop":
        curve[fails, 2] = 20.0
    elif how == "classes":
        classes = [0.1 if lost else 2.3 for lost in fails]
    else:
        scores = [None if lost else score for lost, score in zip(fails, scores, strict=True)]
        classes = [None if lost else 2.3 for lost in fails]
    return run(name, {IS: scores, "class_entropy100": classes}, headline=IS, curves={IS: curve})


@pytest.mark.parametrize("how", ["drop", "classes", "diverge"])
def test_collapse_is_counted_over_settings(how: str) -> None:
    def judged(ours: Sequence[int], theirs: Sequence[int]) -> Verdict:
        sides = {
            "dfm": [collapsing(n, f"dfm{place}", how) for place, n in enumerate(ours)],
            "control": [collapsing(n, f"control{place}", how) for place, n in enumerate(theirs)],
        }
        return dfm.no_collapse(sides, kept=0.7, classes=0.5).verdict

    assert judged([0, 1], [5, 5]) is SUPPORTED
    assert judged([5, 5], [0, 1]) is CONTRADICTED
    assert judged([2, 2], [3, 2]) is INCONCLUSIVE
    assert judged([0], [6]) is INCONCLUSIVE


def test_a_drop_needs_scores_over_training() -> None:
    once = run("once", {IS: around(7), "class_entropy100": around(2)}, headline=IS,
               changes={"evaluate.every_snapshot": False})  # fmt: skip
    with pytest.raises(PipelineError, match="every_snapshot must be true"):
        dfm.no_collapse({"dfm": [once, once], "control": [once, once]}, kept=0.7, classes=0.5)


def wide(width: int, mean: float) -> Evidence:
    judge = {**MLP, "features": {"width": 8, "activation": "relu"}}
    guidance = {**DENOISING, "denoiser": {"kind": "fully_connected", "depth": 1, "width": width}}
    networks = {"generator": MLP, "discriminator": judge}
    return scored(mean, 0.05, f"width{width}", guidance=guidance, networks=networks)


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [({2: 3.0, 8: 7.0, 16: 7.05, 32: 7.1}, SUPPORTED), ({8: 7.0, 16: 9.0}, CONTRADICTED),
     ({2: 3.0, 8: 7.0}, INCONCLUSIVE)],
)  # fmt: skip
def test_widths(scores: dict[int, float], verdict: Verdict) -> None:
    runs = [wide(*item) for item in scores.items()]
    found = dfm.robust_to_width({"runs": runs[::-1]}, margin=0.05)
    assert found.verdict is verdict
    assert f"width 1 n_h: {scores[8]:g}" in found.details


def test_widths_need_features_of_a_width() -> None:
    with pytest.raises(PipelineError, match="needs networks.discriminator.features"):
        dfm.robust_to_width({"runs": [scored(7.0)]}, margin=0.05)


def test_annealing() -> None:
    def judged(*annealed: float) -> Verdict:
        runs = [scored(mean) for mean in annealed]
        return dfm.annealing_gains_nothing({"annealed": runs, "fixed": [scored(7)]}, margin=0.05).verdict

    assert judged(7.05) is SUPPORTED
    assert judged(6.0) is SUPPORTED
    assert judged(7.05, 9.0) is CONTRADICTED


def denoised(error: float, variance: float) -> Evidence:
    training = {"denoising_error": column(around(error, error / 20)),
                "feature_variance": column(around(variance, variance / 20))}  # fmt: skip
    return run(f"error{error:g}", {IS: around(7)}, headline=IS, training=training)


def test_denser_features_at_the_same_scale() -> None:
    control = denoised(1.0, 2.0)
    assert dfm.C12({"dfm": [denoised(0.3, 2.1)], "control": [control]}).verdict is SUPPORTED
    assert dfm.C12({"dfm": [denoised(3.0, 2.1)], "control": [control]}).verdict is CONTRADICTED
    shrunk = denoised(0.3, 0.1)
    assert dfm.C12({"dfm": [shrunk], "control": [control]}).verdict is CONTRADICTED


def seen(entropy: float, confidence: float) -> Evidence:
    return run(
        f"entropy{entropy:g}",
        {IS: around(7), "conditional_entropy100": around(entropy, 0.02),
         "class_confidence100": around(confidence, 0.01), "class_entropy100": around(2.2, 0.01)},
        headline=IS,
    )  # fmt: skip


def test_recognisable_objects() -> None:
    clear, vague = seen(0.5, 0.9), seen(1.5, 0.4)
    assert dfm.C14({"dfm": [clear], "control": [vague]}).verdict is SUPPORTED
    found = dfm.C14({"dfm": [vague], "control": [clear]})
    assert found.verdict is CONTRADICTED
    assert "entropy0.5: entropy of all samples' classes 2.2" in found.details
    assert dfm.C14({"dfm": [scored(7)], "control": [clear]}).verdict is INCONCLUSIVE


def test_a_denoiser_estimates_the_score() -> None:
    def judged(steps: int, small: float) -> Finding:
        trained = denoisers(
            noises=[0.4], seeds=[0, 1, 2], depth=2, width=32, batch=128, rate=0.003, steps=steps,
            points={"count": 500, "stream": "claims/dfm-C9", "each_seed": True},
        )  # fmt: skip
        return dfm.denoiser_estimates_the_score(
            {}, denoisers=trained, noise=0.4, small=small, aligned=0.9, margin=0.3
        )

    assert judged(steps=300, small=0.1).verdict is SUPPORTED
    untrained = judged(steps=2, small=0.1)
    assert untrained.verdict is CONTRADICTED
    assert untrained.parts["limit"].verdict is SUPPORTED
    assert judged(steps=2, small=1.0).parts["limit"].verdict is CONTRADICTED


def test_the_jacobian_term() -> None:
    block: dict[str, Any] = {"points": 50, "sigma": 0.4, "seeds": [0, 1, 2]}
    found = dfm.jacobian_term({}, bend=0.5, tolerance=1e-6, **block)
    assert found.verdict is SUPPORTED
    assert found.effect is not None and found.effect < 1e-6
    assert dfm.jacobian_term({}, bend=0.5, tolerance=1e-14, **block).verdict is CONTRADICTED
    # a map that does not bend space has no such term
    assert dfm.jacobian_term({}, bend=0.0, tolerance=1e-6, **block).verdict is not SUPPORTED


def test_moments_that_feature_matching_does_not_see() -> None:
    block: dict[str, Any] = {
        "sigma": 0.3,
        "noise": 0.3,
        "points": 2000,
        "seeds": [0, 1, 2],
        "tolerance": 1e-9,
    }
    assert dfm.blind_to_spread({}, spread=0.0, margin=0.1, **block).verdict is SUPPORTED
    assert dfm.blind_to_spread({}, spread=0.99, margin=0.1, **block).verdict is CONTRADICTED
