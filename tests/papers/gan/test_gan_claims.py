"""Claims of `gan` on made-up evidence: what supports each, what contradicts it, and what leaves it open."""

from __future__ import annotations

from typing import Any

import fakes
import numpy as np
import pytest
from claims_fakes import SEEDS, around, by_seed, column, run

from pipeline.base.errors import PipelineError
from pipeline.claims.finding import Verdict
from pipeline.measures.evidence import Evidence
from pipeline.measures.laws import criterion
from pipeline.metrics.divergence import LOG4
from pipeline.papers.gan import claims as gan

SUPPORTED, CONTRADICTED, INCONCLUSIVE = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE
LINE = fakes.mixture(1, 1, "spaced")
GRID = np.linspace(-3, 3, 2001)


def fixed(shift: float, error: float = 0.01, gap: float = 0.005, early: float = 0.2) -> Evidence:
    """A generator N(shift, 0.2²) against data N(0, 0.2²), and a D that is `error` away from D*."""
    made = run(
        f"gap{shift:g}", dataset=LINE, networks=fakes.affine(shift), generator_steps=0,
        arrays={"grid": GRID},
    )  # fmt: skip
    best = criterion(made)
    falling = np.linspace(early, error, 5) * (1 + 0.1 * column(around(0.0, 1.0)))
    return run(
        made.name,
        {
            "discriminator_error_mean": around(error, 0.001), "value_optimal": [best] * 5,
            "value_trained": [best - gap] * 5, "jsd": [(best + LOG4) / 2] * 5,
        },
        curves={"discriminator_error_mean": falling},
        dataset=LINE, networks=fakes.affine(shift), generator_steps=0, arrays={"grid": GRID},
    )  # fmt: skip


def test_an_optimal_discriminator_is_close_and_comes_closer() -> None:
    good = gan.optimal({"fixed": [fixed(0.0), fixed(0.3)]}, tolerance=0.05)
    assert (good.verdict, good.effect, good.seeds) == (SUPPORTED, 1.0, 5)
    assert gan.optimal({"fixed": [fixed(0.0), fixed(0.3, error=0.1)]}, tolerance=0.05).verdict is CONTRADICTED
    away = gan.optimal({"fixed": [fixed(0.3, early=0.001)]}, tolerance=0.05)
    assert away.parts["falls"].verdict is CONTRADICTED
    lost = fixed(0.3)
    lost.metrics["metrics"]["discriminator_error_mean"]["final"]["values"]["2"] = None
    assert gan.optimal({"fixed": [lost]}, tolerance=0.05).parts["close"].verdict is CONTRADICTED


def test_the_criterion_is_its_closed_form() -> None:
    found = gan.least_criterion({"fixed": [fixed(0.0), fixed(0.3), fixed(0.6)]}, tolerance=0.02)
    assert found.verdict is SUPPORTED
    assert found.effect is not None and found.effect < 1e-6
    assert found.parts["minimum"].effect == pytest.approx(0, abs=1e-6)
    far = gan.least_criterion({"fixed": [fixed(0.0), fixed(0.3, gap=0.1)]}, tolerance=0.02)
    assert [name for name, part in far.parts.items() if part.verdict is not SUPPORTED] == ["close"]
    above = gan.least_criterion({"fixed": [fixed(0.0), fixed(0.3, gap=-0.01)]}, tolerance=0.02)
    assert above.parts["bound"].verdict is CONTRADICTED
    nowhere = gan.least_criterion({"fixed": [fixed(0.3)]}, tolerance=0.02)
    assert nowhere.parts["minimum"].verdict is INCONCLUSIVE


def test_algorithm_1_ends_near_the_data_in_every_run() -> None:
    near, far = run("k1", {"jsd100": around(0.02, 0.001)}), run("k5", {"jsd100": around(0.3)})
    broken = run("k2", {"jsd100": [0.01, 0.01, 0.01, 0.01, None]})
    assert gan.converges({"runs": [near, near]}, tolerance=0.05).verdict is SUPPORTED
    assert gan.converges({"runs": [near, far]}, tolerance=0.05).verdict is CONTRADICTED
    assert gan.converges({"runs": [broken]}, tolerance=0.05).verdict is CONTRADICTED


def gradients(late: float, early: float = 0.9) -> dict[str, Any]:
    norms = np.geomspace(early, late, 8) ** (1 + 0.01 * column(around(late, 1.0))) * column(around(1.0))
    adam = {"kind": "adam", "lr": 0.001}
    return {
        "training": {"gradient_generator": norms, "d_fake": 0.01}, "steps": range(9),
        "optimizers": {"generator": {"kind": "sgd", "lr": 1e-9, "momentum": 0.0}, "discriminator": adam},
    }  # fmt: skip


def test_the_saturating_gradient_fades_where_the_other_does_not() -> None:
    weak, strong = run("saturating", **gradients(1e-4)), run("non-saturating", **gradients(2.0))
    assert gan.gradients({"saturating": [weak], "non_saturating": [strong]}).verdict is SUPPORTED
    assert gan.gradients({"saturating": [strong], "non_saturating": [weak]}).verdict is CONTRADICTED
    gone = run("underflow", **gradients(1e-4))
    late = gone.training["step"] > 6
    gone.training["gradient_generator"] = np.where(late, 0.0, gone.training["gradient_generator"])
    assert gan.gradients({"saturating": [gone], "non_saturating": [strong]}).verdict is SUPPORTED
    learning = run("learning", training={"gradient_generator": 1.0, "d_fake": 0.5})
    with pytest.raises(PipelineError, match=r"learns at rate 0.001.*lr to 1.0e-9"):
        gan.gradients({"saturating": [learning], "non_saturating": [strong]})


def test_parzen_against_the_quoted_rivals() -> None:
    above, below = (run("digits", {"parzen100": around(mean, 2.0)}) for mean in (225.0, 200.0))
    assert gan.likelihood({"digits": [above]}, rival=214.0).verdict is SUPPORTED
    assert gan.likelihood({"digits": [below]}, rival=214.0).verdict is CONTRADICTED


def test_folds_are_comparable_within_a_margin() -> None:
    def folds(mean: float, spread: float = 20.0) -> list[Evidence]:
        return [
            run(f"fold{fold}", {"parzen100": around(value, 0.1)})
            for fold, value in enumerate(around(mean, spread))
            if value is not None
        ]

    settings = {"rival": 2110.0, "margin": 100.0}
    assert gan.faces_likelihood({"folds": folds(2100.0)}, **settings).verdict is SUPPORTED
    assert gan.faces_likelihood({"folds": folds(1500.0)}, **settings).verdict is CONTRADICTED
    assert gan.faces_likelihood({"folds": folds(2057.0, 90.0)}, **settings).verdict is INCONCLUSIVE
    broken = run("fold0", {"parzen100": [2100.0, None, 2100.0, 2100.0, 2100.0]})
    assert gan.faces_likelihood({"folds": [broken, *folds(2100.0)]}, **settings).verdict is INCONCLUSIVE


def test_two_measures_that_rank_models_in_opposite_ways() -> None:
    def model(name: str, parzen: float, fid: float, noise: float = 0.1) -> Evidence:
        return run(name, {"parzen100": around(parzen, noise), "fid100": around(fid, noise)})

    good, worse = model("a", 200.0, 5.0), model("b", 100.0, 50.0)
    odd = model("c", 300.0, 90.0)
    assert gan.doubtful({"models": [good, worse]}).verdict is CONTRADICTED
    found = gan.doubtful({"models": [good, worse, odd]})
    assert (found.verdict, found.effect) == (SUPPORTED, 2 / 3)
    assert gan.doubtful({"models": [good, model("d", 201.0, 5.2, 40.0)]}).verdict is INCONCLUSIVE
    with pytest.raises(PipelineError, match="two experiments at least"):
        gan.doubtful({"models": [good]})


def test_modes_fall_as_the_generator_runs_ahead() -> None:
    def ratio(steps: int, modes: list[float | None]) -> Evidence:
        return run(f"ratio{steps}", {"modes100": modes}, generator_steps=steps)

    one, three = ratio(1, [8, 8, 8, 8, 7]), ratio(3, [4, 5, 3, 4, 4])
    six = ratio(6, [1, None, 1, 2, None])
    found = gan.collapses({"ratios": [one, three, six]})
    assert found.verdict is SUPPORTED
    assert any("2 of 5 seeds hold a run that diverged, and enter as 0" in line for line in found.details)
    rising = [ratio(1, [1, 1, 1, 1, 1]), ratio(3, [4, 5, 3, 4, 4]), ratio(6, [8, 8, 8, 8, 7])]
    assert gan.collapses({"ratios": rising}).verdict is CONTRADICTED


def paths(latent: float, pixel: float, kinds: tuple[str, ...] = ("path", "pixel")) -> Evidence:
    """Ends of both kinds are surely classified; inside, the largest probability is as given."""
    rng, arrays = np.random.default_rng(0), {}
    for kind, level in zip(("path", "pixel"), (latent, pixel), strict=True):
        chances = np.stack([level + rng.uniform(-0.2, 0.2, (len(SEEDS), 20, 6)), np.zeros((5, 20, 6))], 3)
        chances[:, :, [0, -1], 0] = 1.0
        if kind in kinds:
            arrays[f"{kind}_probabilities"] = list(chances)
    return run("digits", arrays=by_seed(arrays))


def test_paths_through_latents_beat_paths_through_pixels() -> None:
    found = gan.plausible({"digits": [paths(0.8, 0.6)]})
    assert found.verdict is SUPPORTED
    assert found.effect is not None and 0.7 < found.effect < 1
    assert gan.plausible({"digits": [paths(0.5, 0.7)]}).verdict is CONTRADICTED
    with pytest.raises(PipelineError, match="left no paths"):
        gan.plausible({"digits": [paths(0.8, 0.6, kinds=("path",))]})


def faces(y: float, control: float, pixels: float, slope: float = 1.0, moved: float = 0.1) -> Evidence:
    rng = np.random.default_rng(1)
    chances = [np.array([y, control, pixels]) + rng.normal(0, 0.02, (50, 3)) for _ in SEEDS]
    angle = slope * np.linspace(-1, 1, 5) + rng.normal(0, 0.3, (len(SEEDS), 2, 100, 5))
    identity = np.stack([np.full((100, 5), moved), np.full((100, 5), 0.3)]) + rng.normal(
        0, 0.01, (len(SEEDS), 2, 100, 5)
    )
    return run("faces", arrays=by_seed({
        "arithmetic_Eyeglasses_probabilities": chances, "turn_angle": list(angle),
        "turn_identity": list(identity),
    }))  # fmt: skip


def test_latent_arithmetic_transfers_what_pixels_do_not() -> None:
    assert gan.arithmetic({"faces": [faces(0.9, 0.1, 0.3)]}).verdict is SUPPORTED
    assert gan.arithmetic({"faces": [faces(0.2, 0.1, 0.8)]}).verdict is CONTRADICTED
    partly = faces(0.9, 0.1, 0.3)
    for seed in SEEDS[2:]:
        del partly.arrays[f"arithmetic_Eyeglasses_probabilities_seed{seed}"]
    assert gan.arithmetic({"faces": [partly]}).verdict is INCONCLUSIVE
    with pytest.raises(PipelineError, match="left no arithmetic"):
        gan.arithmetic({"faces": [run("faces")]})


def test_a_turn_vector_turns_and_keeps_the_face() -> None:
    found = gan.turn({"faces": [faces(0.9, 0.1, 0.3)]})
    assert found.verdict is SUPPORTED
    assert found.effect is not None and found.effect > 0.8
    assert gan.turn({"faces": [faces(0.9, 0.1, 0.3, slope=-1.0)]}).verdict is CONTRADICTED
    lost = gan.turn({"faces": [faces(0.9, 0.1, 0.3, moved=0.6)]})
    assert lost.parts["keeps identity"].verdict is CONTRADICTED
    assert gan.turn({"faces": [faces(0.9, 0.1, 0.3, slope=0.0)]}).parts["turns"].verdict is INCONCLUSIVE
