"""The claims of tempered on made-up evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from claims_fakes import Values, around, column, run
from configs import LENS

from pipeline.base.errors import PipelineError
from pipeline.claims.finding import Finding, Verdict
from pipeline.measures.evidence import Evidence
from pipeline.measures.lens import worst_channel
from pipeline.papers.tempered import claims as tempered

SUPPORTED, CONTRADICTED, INCONCLUSIVE = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE
STEPS = (0, 10, 20, 50, 100)
# Real examples whose pixels have variance 4.
REAL = np.array([[-2.0, 2.0], [2.0, -2.0]], np.float32)


def fid(mean: float, spread: float = 1.0, name: str = "", **more: Any) -> Evidence:
    return run(name or f"fid{mean:g}", {"fid100": around(mean, spread)}, **more)


def lensed(length: int | None = 50, weight: float = 1.0) -> dict[str, Any]:
    return {"kind": "lens", **LENS, "schedule_steps": length, "weight": weight}


def both_ways(judge: Callable[[Evidence, Evidence], Finding], better: Evidence, worse: Evidence) -> None:
    assert judge(better, worse).verdict is SUPPORTED
    assert judge(worse, better).verdict is CONTRADICTED


def test_fid_of_pairs() -> None:
    both_ways(lambda a, b: tempered.C1({"lens": [a], "plain": [b]}), fid(22), fid(42))
    told = tempered.C1({"lens": [fid(22)], "plain": [fid(42)]}).details
    assert any(line.startswith("best FID of fid22: 2") for line in told)


def test_a_lens_that_loses_runs_cannot_win() -> None:
    lost = run("lost", {"fid100": [20.0, 21.0, 22.0, 23.0, None]})
    assert tempered.C1({"lens": [lost], "plain": [fid(42)]}).verdict is INCONCLUSIVE


def colours(mean: float, sure: float, even: float) -> Evidence:
    final: dict[str, Values] = {"fid100": around(mean)}
    for channel in range(3):
        worst = 0 if channel == 1 else 0.2
        final[f"factor{channel}_confidence100"] = around(sure + worst, 0.01)
        final[f"factor{channel}_entropy100"] = around(even + worst, 0.01)
    return run(f"colours{mean:g}", final)


def test_every_channel_is_judged_by_its_worst() -> None:
    good, bad = colours(10, 0.75, 2.0), colours(60, 0.4, 0.5)
    both_ways(lambda a, b: tempered.C2({"lens": [a], "plain": [b]}), good, bad)
    assert worst_channel(bad, "entropy")[0] == pytest.approx(around(0.5, 0.01)[0])
    unseen = tempered.C2({"lens": [fid(10)], "plain": [fid(60)]})
    assert (unseen.verdict, unseen.seeds) == (INCONCLUSIVE, 5)


def test_spread_over_seeds_is_judged_over_settings() -> None:
    def judge(a: float, b: float, settings: int = 3) -> Verdict:
        means = [20.0, 40.0, 300.0][:settings]
        roles = {"lens": a, "plain": b}
        evidence = {role: [fid(m, share * m, f"{role}{m}") for m in means] for role, share in roles.items()}
        return tempered.steadier(evidence).verdict

    assert judge(0.01, 0.5) is SUPPORTED
    assert judge(0.5, 0.01) is CONTRADICTED
    assert judge(0.3, 0.3) is INCONCLUSIVE
    assert tempered.steadier({"lens": [fid(20, 0.1)], "plain": [fid(21, 9)]}).verdict is not CONTRADICTED


def trained(count: int, name: str) -> Evidence:
    """Six LSGAN runs of which `count` get below FID 50, and the last of the others diverges."""
    values: list[float | None] = [20.0 + s if s < count else 90.0 + s for s in range(6)]
    if count < 6:
        values[5] = None
    return run(name, {"fid100": values})


@pytest.mark.parametrize(
    ("lens", "plain", "verdict"),
    [((6, 6), (0, 0), SUPPORTED), ((5, 6), (0, 0), CONTRADICTED), ((6, 6), (3, 4), INCONCLUSIVE)],
)
def test_runs_that_train(lens: tuple[int, int], plain: tuple[int, int], verdict: Verdict) -> None:
    evidence = {
        role: [trained(count, f"{role}{place}") for place, count in enumerate(counts)]
        for role, counts in (("lens", lens), ("plain", plain))
    }
    assert tempered.trains_always(evidence, threshold=50.0).verdict is verdict
    single = {role: runs[:1] for role, runs in evidence.items()}
    assert tempered.trains_always(single, threshold=50.0).verdict is INCONCLUSIVE


def test_starved_gradients() -> None:
    def stalled(mean: float, norm: float) -> Evidence:
        return fid(mean, training={"gradient_generator": column(around(norm, norm / 20))})

    fed, starved = stalled(18, 1.0), stalled(90, 0.001)
    both_ways(lambda a, b: tempered.C5({"lens": [a], "plain": [b]}), fed, starved)
    vanished = fid(90, training={"gradient_generator": 0.0})
    assert tempered.C5({"lens": [fed], "plain": [vanished]}).verdict is SUPPORTED


def test_perfect_discriminators() -> None:
    def judged(lead: float) -> Verdict:
        plain = fid(52, training={"d_real": column(around(lead, 0.01)), "d_fake": 0.0})
        return tempered.no_perfect_discriminator({"lens": [fid(35)], "plain": [plain]}, perfect=0.9).verdict

    assert judged(0.98) is SUPPORTED
    assert judged(0.5) is CONTRADICTED


def falling(place: int, final: float, name: str, **more: Any) -> Evidence:
    """FID near 200 until it falls to the final one at the `place`th snapshot, a little apart over seeds."""
    ends = around(final)
    curve = np.full((5, len(STEPS)), 200.0)
    for seed, end in enumerate(ends):
        curve[seed, place:] = end
    curve[place, place - 1] = ends[place]
    return run(name, {"fid100": ends}, curves={"fid100": curve}, **more)


def test_speed_and_equal_ends() -> None:
    def judge(a: Evidence, b: Evidence) -> Finding:
        return tempered.faster({"lens": [a], "plain": [b]}, factors=[2.0, 1.2], margin=3.0)

    both_ways(judge, falling(2, 39.01, "quick"), falling(4, 39, "slow"))
    assert judge(falling(2, 60, "quick"), falling(4, 39, "slow")).verdict is CONTRADICTED
    assert judge(falling(2, 39.01, "quick"), run("lost", {"fid100": [None] * 5})).verdict is INCONCLUSIVE


def test_the_start_counts_as_the_first_step() -> None:
    """Both reach every FID at once, so that neither is faster."""
    lens, plain = (
        run(f"at{mean:g}", {"fid100": around(mean)}, curves={"fid100": 10.0}) for mean in (39, 39.1)
    )
    found = tempered.faster({"lens": [lens], "plain": [plain]}, factors=[2.0], margin=3.0)
    assert found.effect == 0.0


def fixed(mean: float, first: float, error: float) -> Evidence:
    curve = np.full((5, len(STEPS)), first)
    curve[:, -1] = around(mean)
    training = {"reconstruction": column(around(error, error / 10))}
    more = {"training": training, "tempering": lensed(None), "arrays": {"real": REAL}}
    return run("fixed", {"fid100": around(mean)}, curves={"fid100": curve}, **more)


@pytest.mark.parametrize(
    ("mean", "first", "error", "verdict"),
    [(60, 200, 0.4, SUPPORTED), (30, 200, 0.4, CONTRADICTED), (60, 50, 0.4, CONTRADICTED),
     (60, 200, 0.004, CONTRADICTED)],
)  # fmt: skip
def test_a_fixed_weight(mean: float, first: float, error: float, verdict: Verdict) -> None:
    evidence = {"fixed": [fixed(mean, first, error)], "plain": [fid(42)]}
    assert tempered.fixed_weight_is_slow(evidence, identity=0.01).verdict is verdict


def ended(error: Values, apart: float | None = None) -> Evidence:
    final: dict[str, Values] = {"fid100": around(20)}
    if apart is not None:
        final |= {
            "fid_lens100": around(apart, 0.01),
            "fid_lensed100": around(20),
            "fid_unlensed100": around(20),
        }
    training = {"reconstruction": np.where(np.array(STEPS[1:]) < 100, 9.0, column(error))}
    return run("lens", final, training=training, tempering=lensed(), arrays={"real": REAL})


def test_the_lens_becomes_the_identity() -> None:
    def judged(one: Evidence) -> Verdict:
        return tempered.becomes_the_identity({"lens": [one]}, identity=0.01, share=0.05).verdict

    assert judged(ended([0.03] * 5)) is SUPPORTED
    assert judged(ended([0.03] * 4 + [0.05])) is CONTRADICTED
    assert judged(ended([0.03] * 5, apart=0.2)) is SUPPORTED
    assert judged(ended([0.03] * 5, apart=5.0)) is CONTRADICTED
    short = run(tempering=lensed(100), training={"reconstruction": 0.0})
    assert judged(short) is INCONCLUSIVE


def test_robustness_to_the_length() -> None:
    def judged(places: list[int], finals: list[float]) -> Verdict:
        lengths = [10, 20, 50][: len(places)]
        runs = [
            falling(place, final, f"K{length}", tempering=lensed(length))
            for place, final, length in zip(places, finals, lengths, strict=True)
        ]
        return tempered.robust_to_length({"lens": runs}, factor=1.5, margin=0.2).verdict

    assert judged([2, 3, 4], [20, 20.5, 20.1]) is SUPPORTED
    assert judged([4, 3, 2], [20, 20.5, 20.1]) is CONTRADICTED
    assert judged([2, 3, 4], [20, 20.5, 40]) is CONTRADICTED
    assert judged([2, 3], [20, 20.5]) is INCONCLUSIVE


def test_curves_that_cross() -> None:
    def curves(early: float, late: float, name: str) -> Evidence:
        curve = np.tile(column(around(early)), (1, len(STEPS)))
        curve[:, -1] = around(late)
        return run(name, {"fid100": around(late)}, curves={"fid100": curve}, tempering=lensed(40))

    def judged(early: float, late: float) -> Verdict:
        pair = {"lens": [curves(early, late, "lens")], "plain": [curves(100, 42, "plain")]}
        return tempered.curves_cross(pair, early=0.5).verdict

    assert judged(150, 22) is SUPPORTED
    assert judged(50, 22) is CONTRADICTED
    assert judged(150, 60) is CONTRADICTED
    pair = {"lens": [curves(150, 22, "lens")], "plain": [curves(100, 42, "plain")]}
    unseen = tempered.curves_cross(pair, early=0.1)
    assert (unseen.verdict, unseen.parts["at the end"].verdict) == (INCONCLUSIVE, SUPPORTED)
    assert unseen.parts["early"].details == ("no evaluated snapshot up to there but the first: lens, plain",)


def following(sign: float, nearer: float | None) -> Evidence:
    """A lens whose log error follows changes of D's lead one row later, times `sign`."""
    rng = np.random.default_rng(3)
    steps = tuple(range(41))
    change = rng.normal(size=(5, 40))
    lead = np.cumsum(change, axis=1)
    noise = rng.normal(size=(5, 40))
    error = np.cumsum(0.1 * (sign * np.roll(change, 1, axis=1) + 0.5 * noise), axis=1)
    curves = {} if nearer is None else {
        "fid_lens100": 1.0, "fid_lensed100": np.exp(column(around(nearer, 0.05))), "fid_unlensed100": 1.0,
    }  # fmt: skip
    final = {name: around(1) for name in ("fid100", *curves)}
    training = {"d_real": lead, "d_fake": 0.0, "reconstruction": np.exp(error)}
    return run("lens", final, steps=steps, training=training, curves=curves, tempering=lensed(40))


def test_the_lens_rebalances() -> None:
    def judged(sign: float, nearer: float | None) -> Verdict:
        return tempered.rebalances({"lens": [following(sign, nearer)]}).verdict

    assert judged(1, -0.5) is SUPPORTED
    assert judged(-1, -0.5) is CONTRADICTED
    assert judged(1, 0.5) is CONTRADICTED
    assert judged(1, None) is INCONCLUSIVE


def test_a_lens_without_an_adversary_is_quick() -> None:
    def reaching(place: int, weight: float, length: int | None) -> Evidence:
        error = np.where(np.arange(4) >= place, 0.001, 1.0) * np.ones((5, 1))
        error[0, :] = np.where(np.arange(4) >= max(place - 1, 0), 0.001, 1.0)
        more = {"tempering": lensed(length, weight), "arrays": {"real": REAL}}
        return run(f"lens{place}", training={"reconstruction": error}, **more)

    def judged(alone: int, scheduled: int) -> Verdict:
        pair = {"identity": [reaching(alone, 0.0, None)], "scheduled": [reaching(scheduled, 1.0, 50)]}
        return tempered.adversary_delays(pair, error=0.01, times=3.0).verdict

    assert judged(0, 3) is SUPPORTED
    assert judged(3, 0) is CONTRADICTED
    with pytest.raises(PipelineError, match="must have a lens with weight: 0"):
        pair = {"identity": [reaching(1, 1.0, 50)], "scheduled": [reaching(1, 1.0, 50)]}
        tempered.adversary_delays(pair, error=0.01, times=3.0)


def test_ranks_from_few_samples() -> None:
    def models(swap: bool, count: int = 4) -> list[Evidence]:
        order = np.arange(count)[::-1] if swap else np.arange(count)
        return [
            run(f"m{n}", {"fid100": around(30.0 * n, 1.0), "fid200": around(25.0 * order[n] + 1, 1.0)})
            for n in range(count)
        ]

    def judged(runs: list[Evidence]) -> Verdict:
        return tempered.few_samples_suffice({"runs": runs}, few=100, many=200, agreement=0.8).verdict

    assert judged(models(False)) is SUPPORTED
    assert judged(models(True)) is CONTRADICTED
    assert judged(models(False, 3)) is INCONCLUSIVE
    assert judged([*models(False), fid(3)]) is INCONCLUSIVE


LOSSES: list[dict[str, Any]] = [
    {"kind": "non_saturating"},
    {"kind": "least_squares", "output": "sigmoid"},
    {"kind": "wasserstein_gp", "penalty": 10.0},
]


def test_every_loss_is_helped() -> None:
    def judged(last: tuple[int, float], losses: int = 3) -> Verdict:
        changed = [(2, 20.0), (2, 20.0), last][-losses:]
        kinds = LOSSES[-losses:]
        lens = [falling(p, f, f"lens{n}", objective=kinds[n]) for n, (p, f) in enumerate(changed)]
        plain = [falling(4, 40, f"plain{n}", objective=kinds[n]) for n in range(losses)]
        return tempered.helps_every_loss({"lens": lens, "plain": plain}, factor=1.2).verdict

    assert judged((2, 20.0)) is SUPPORTED
    # no lower FID, but sooner
    assert judged((2, 40.01)) is SUPPORTED
    assert judged((4, 80.0)) is CONTRADICTED
    assert judged((2, 20.0), losses=2) is INCONCLUSIVE
