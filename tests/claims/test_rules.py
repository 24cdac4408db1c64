"""The rules on made-up evidence: each verdict, too few seeds, lost runs, and how often noise fools them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from pipeline.claims import rules
from pipeline.claims.finding import Finding, Verdict
from pipeline.measures.evidence import Runs

SUPPORTED, CONTRADICTED, INCONCLUSIVE = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE


def runs(*values: float | None) -> Runs:
    return dict(enumerate(values))


def drawn(rng: np.random.Generator, count: int, mean: float = 0.0, deviation: float = 1.0) -> Runs:
    return runs(*rng.normal(mean, deviation, count))


HIGH, LOW = runs(10.0, 12.0, 11.0, 10.5), runs(1.0, 2.5, 2.0, 1.2)


def test_a_clear_difference_is_told_in_both_directions() -> None:
    rule = rules.paired
    assert rule(HIGH, LOW, "x").verdict is SUPPORTED
    assert rule(LOW, HIGH, "x").verdict is CONTRADICTED
    assert rule(LOW, HIGH, "x", higher=False).verdict is SUPPORTED
    assert rule(HIGH, LOW, "x", higher=False).verdict is CONTRADICTED


def test_noise_and_too_few_seeds_decide_nothing() -> None:
    rule = rules.paired
    assert rule(runs(1.0, 3.0, 2.0), runs(2.0, 1.5, 2.4), "x").verdict is INCONCLUSIVE
    few = rule(runs(10.0, 12.0), runs(1.0, 2.0), "x")
    assert few.verdict is INCONCLUSIVE
    assert "too few seeds" in few.details[-1]
    assert rule({}, {}, "x").verdict is INCONCLUSIVE


def test_paired_is_the_t_test_of_the_differences() -> None:
    found = rules.paired(HIGH, LOW, "x")
    a, b = np.array(list(HIGH.values())), np.array(list(LOW.values()))
    expected = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.effect == pytest.approx((a - b).mean())
    assert f"standardised effect {(a - b).mean() / (a - b).std(ddof=1):.4g}" in found.details[0]


def test_pairs_are_matched_by_seed_and_not_by_place() -> None:
    first, second = {0: 1.0, 1: 5.0, 2: 9.0}, {2: 8.0, 0: 0.1, 1: 4.2}
    assert rules.paired(first, second, "x").verdict is SUPPORTED
    assert rules.paired(first, {3: 8.0, 4: 0.1, 5: 4.2}, "x").seeds == 0


def test_a_margin_asks_for_more_or_forgives() -> None:
    first, second = runs(1.0, 1.1, 0.9), runs(0.5, 0.55, 0.45)
    assert rules.paired(first, second, "x", margin=0.2).verdict is SUPPORTED
    assert rules.paired(first, second, "x", margin=2.0).verdict is CONTRADICTED
    assert rules.paired(second, first, "x", margin=-1.0).verdict is SUPPORTED
    assert rules.paired(first, second, "x", higher=False, margin=-1.0).verdict is SUPPORTED
    assert rules.paired(first, second, "x", higher=False, margin=-0.1).verdict is CONTRADICTED


def test_a_diverged_run_enters_as_a_failure() -> None:
    whole, broken = runs(5.0, 4.0, 5.0, 5.0), runs(None, None, None, 1.0)
    found = rules.paired(whole, broken, "modes", failure=0.0)
    assert found.verdict is SUPPORTED
    assert found.seeds == 4
    assert any("3 of 4 runs of the second side diverged, and enter as 0" in line for line in found.details)


def test_survivors_of_the_better_side_decide_nothing() -> None:
    rule = rules.paired
    broken = runs(10.0, 12.0, 11.0, 10.5, None)
    other = runs(1.0, 2.5, 2.0, 1.2, 1.5)
    for found in (rule(broken, other, "x"), rule(other, broken, "x")):
        assert found.verdict is INCONCLUSIVE
        assert "survivors" in found.details[-1]
    # What the other side lost can only flatter it.
    assert rule(HIGH | {4: 11.0}, LOW | {4: None}, "x").verdict is SUPPORTED


def test_what_is_not_finite_is_lost_too() -> None:
    broken = {**HIGH, 4: float("nan"), 5: float("inf")}
    found = rules.paired(broken, {**LOW, 4: 1.0, 5: 1.0}, "x")
    assert (found.verdict, found.seeds) == (INCONCLUSIVE, 4)
    assert any("2 of 6 runs of the first side diverged" in line for line in found.details)


def test_equal_differences_go_by_the_sign_test() -> None:
    assert rules.paired(runs(*[5.0] * 4), runs(*[1.0] * 4), "x").verdict is INCONCLUSIVE
    assert rules.paired(runs(*[5.0] * 6), runs(*[1.0] * 6), "x").verdict is SUPPORTED
    assert rules.paired(runs(*[1.0] * 6), runs(*[5.0] * 6), "x").verdict is CONTRADICTED
    same = rules.paired(runs(*[5.0] * 9), runs(*[5.0] * 9), "x")
    assert (same.verdict, same.effect, same.low) == (INCONCLUSIVE, 0.0, None)


def test_groups_without_any_spread_decide_nothing() -> None:
    five, one = runs(*[5.0] * 9), runs(*[1.0] * 9)
    for first, second in ((five, one), (one, five), (five, five)):
        assert rules.spread(first, second, "x").verdict is INCONCLUSIVE
    steady, jumpy = runs(*[1.0, 3.0] * 4), runs(*[1.0, 9.0] * 4)
    assert rules.spread(steady, jumpy, "x").verdict is INCONCLUSIVE


def test_against_a_value() -> None:
    values = runs(220.0, 226.0, 223.0)
    assert rules.against(values, 214.0, "nats").verdict is SUPPORTED
    assert rules.against(values, 240.0, "nats").verdict is CONTRADICTED
    assert rules.against(values, 240.0, "nats", higher=False).verdict is SUPPORTED
    assert rules.against(values, 222.0, "nats").verdict is INCONCLUSIVE
    assert rules.against(runs(220.0, 226.0), 214.0, "nats").verdict is INCONCLUSIVE
    assert rules.against(runs(220.0, 226.0, 223.0, None), 214.0, "nats").verdict is INCONCLUSIVE


def test_equivalence_in_all_directions() -> None:
    rng = np.random.default_rng(0)
    first, near = drawn(rng, 8, 10.0, 0.1), drawn(rng, 8, 10.0, 0.1)
    far, noisy = drawn(rng, 8, 20.0, 0.1), drawn(rng, 8, 10.0, 5.0)
    assert rules.equivalent(first, near, "x", margin=1.0).verdict is SUPPORTED
    assert rules.equivalent(first, far, "x", margin=1.0).verdict is CONTRADICTED
    assert rules.equivalent(far, first, "x", margin=1.0).verdict is CONTRADICTED
    assert rules.equivalent(first, noisy, "x", margin=1.0).verdict is INCONCLUSIVE
    assert rules.equivalent(first, {**near, 0: None}, "x", margin=1.0).verdict is INCONCLUSIVE
    assert rules.equivalent(runs(1.0, 1.0), runs(1.0, 1.0), "x", margin=1.0).verdict is INCONCLUSIVE
    assert rules.equivalent(runs(1.0, 1.0, 1.0), runs(1.0, 1.0, 1.0), "x", margin=1.0).verdict is SUPPORTED


def test_spread_is_brown_and_forsythes_test() -> None:
    rng = np.random.default_rng(1)
    narrow, wide = drawn(rng, 12, 3.0, 0.1), drawn(rng, 12, 90.0, 4.0)
    assert rules.spread(narrow, wide, "x").verdict is SUPPORTED
    assert rules.spread(wide, narrow, "x").verdict is CONTRADICTED
    assert rules.spread(drawn(rng, 12), drawn(rng, 12, 50.0), "x").verdict is INCONCLUSIVE
    assert rules.spread(runs(1.0, 1.1, 0.9), runs(1.0, 9.0, 30.0), "x").verdict is INCONCLUSIVE
    assert rules.spread({**narrow, 12: None}, wide, "x").verdict is INCONCLUSIVE
    a, b = (np.array(list(group.values())) for group in (narrow, drawn(rng, 12, 0.0, 0.15)))
    found = rules.spread(dict(enumerate(a)), dict(enumerate(b)), "x")
    assert (found.verdict is INCONCLUSIVE) == (stats.levene(a, b, center="median").pvalue >= 0.05)


def test_trend_in_all_directions() -> None:
    settings = [1.0, 2.0, 4.0, 8.0]
    falls = {seed: [8.0, 5.0 + seed / 10, 3.0, 1.0] for seed in range(3)}
    assert rules.trend(falls, settings, "x", rising=False).verdict is SUPPORTED
    assert rules.trend(falls, settings, "x").verdict is CONTRADICTED
    assert rules.trend(falls, settings[::-1], "x").verdict is SUPPORTED
    mixed = {0: [1.0, 2.0, 3.0, 4.0], 1: [4.0, 3.0, 2.0, 1.0], 2: [2.0, 1.0, 4.0, 3.0]}
    assert rules.trend(mixed, settings, "x").verdict is INCONCLUSIVE
    assert rules.trend(dict(list(falls.items())[:2]), settings, "x").verdict is INCONCLUSIVE
    flat = rules.trend({seed: [1.0] * 4 for seed in range(5)}, settings, "x")
    assert (flat.verdict, flat.effect) == (INCONCLUSIVE, 0.0)


def test_trend_takes_lost_runs_as_failures_or_not_at_all() -> None:
    rows = {seed: [8.0, 5.0, 3.0, None] for seed in range(4)}
    settings = [1.0, 2.0, 4.0, 8.0]
    assert rules.trend(rows, settings, "x", rising=False, failure=0.0).verdict is SUPPORTED
    lost = rules.trend(rows, settings, "x", rising=False)
    assert lost.verdict is INCONCLUSIVE
    assert "4 of 4 seeds hold a run that diverged" in lost.details[0]
    one = rules.trend({**rows, 4: [8.0, 5.0, 3.0, 1.0]} | {s: [8.0, 5.0, 3.0, 1.0] for s in range(3)},
                      settings, "x", rising=False)  # fmt: skip
    assert one.verdict is INCONCLUSIVE


def test_trends_p_is_the_exact_one() -> None:
    """Three seeds in perfect order of three settings: 1 of 6³ arrangements."""
    rows = {seed: [1.0, 2.0, 3.0] for seed in range(3)}
    ordered = np.stack([rules.ranks(row) for row in rows.values()])
    rises, falls = rules._permuted(ordered, rules.ranks([1.0, 2.0, 3.0]))
    assert rises == pytest.approx(1 / 216, abs=0.0015)
    assert falls == pytest.approx(1, abs=1e-3)


def test_identity() -> None:
    assert rules.identity({"a": 1e-9, "b": -2e-8}, 1e-6, "x").verdict is SUPPORTED
    assert rules.identity({"a": 1e-9, "b": -0.1}, 1e-6, "x").verdict is CONTRADICTED
    assert rules.identity({"a": float("nan")}, 1e-6, "x").verdict is CONTRADICTED
    assert rules.identity({}, 1e-6, "x").verdict is INCONCLUSIVE
    assert rules.identity({"a": -0.5}, 1.0, "x").effect == 0.5


def test_over_settings_needs_the_range() -> None:
    rng = np.random.default_rng(2)
    better = {name: drawn(rng, 4, 5.0, 0.5) for name in ("slow", "middle", "fast")}
    worse = {name: drawn(rng, 4, 1.0, 0.5) for name in better}
    assert rules.over_settings(better, worse, "x").verdict is SUPPORTED
    assert rules.over_settings(worse, better, "x").verdict is CONTRADICTED
    assert rules.over_settings(worse, better, "x", higher=False).verdict is SUPPORTED
    alone = {"slow": better["slow"]}
    assert rules.over_settings(alone, worse, "x").verdict is INCONCLUSIVE
    few = {name: {0: group[0], 1: group[1]} for name, group in better.items()}
    assert rules.over_settings(few, worse, "x").verdict is INCONCLUSIVE
    noise = {name: drawn(rng, 4, 5.0, 9.0) for name in better}
    assert rules.over_settings(noise, better, "x").verdict is INCONCLUSIVE


def test_over_settings_is_the_mean_of_the_settings_means() -> None:
    first = {"a": runs(1.0, 2.0, 3.0), "b": runs(4.0, 6.0, 11.0, 7.0)}
    zero = {"a": runs(0.0, 0.0, 0.0), "b": runs(0.0, 0.0, 0.0, 0.0)}
    assert rules.over_settings(first, zero, "x").effect == pytest.approx((2 + 7) / 2)


def test_a_setting_that_says_the_opposite_leaves_it_open() -> None:
    better = {"slow": runs(50.0, 51.0, 52.0), "fast": runs(1.0, 1.1, 1.2)}
    worse = {"slow": runs(1.0, 2.5, 2.0), "fast": runs(3.0, 3.2, 3.1)}
    found = rules.over_settings(better, worse, "x")
    assert found.low is not None and found.low > 0
    assert (found.verdict, found.details[-1]) == (INCONCLUSIVE, "the settings disagree")


def test_over_settings_counts_lost_runs() -> None:
    better = {"slow": runs(5.0, 5.1, 4.9), "fast": runs(5.0, 5.2, 5.1)}
    worse = {"slow": runs(1.0, None, 2.0), "fast": runs(None, None, None)}
    assert rules.over_settings(better, worse, "x", failure=0.0).verdict is SUPPORTED
    lost = rules.over_settings(better, worse, "x")
    assert lost.verdict is INCONCLUSIVE
    assert any(line.startswith("fast: 3 of 3 runs of the second side diverged") for line in lost.details)


NULLS: dict[str, Callable[[np.random.Generator], Finding]] = {
    "paired": lambda rng: rules.paired(drawn(rng, 5), drawn(rng, 5), "x"),
    "against": lambda rng: rules.against(drawn(rng, 3), 0.0, "x"),
    "over_settings": lambda rng: rules.over_settings(
        {s: drawn(rng, 4) for s in "abc"}, {s: drawn(rng, 4) for s in "abc"}, "x"
    ),
    "spread": lambda rng: rules.spread(drawn(rng, 10), drawn(rng, 10, 7.0), "x"),
}


@pytest.mark.parametrize("name", NULLS)
def test_noise_is_taken_for_an_effect_in_one_case_of_twenty(name: str) -> None:
    """Each side in one of forty: two-sided 5 %, up to the error of 2000 repetitions and small samples."""
    rng = np.random.default_rng(7)
    verdicts = [NULLS[name](rng).verdict for _ in range(2000)]
    for verdict in (SUPPORTED, CONTRADICTED):
        assert verdicts.count(verdict) / len(verdicts) == pytest.approx(0.025, abs=0.012)


def test_equivalence_at_the_margin_is_found_in_one_case_of_twenty() -> None:
    rng = np.random.default_rng(8)
    found = [
        rules.equivalent(drawn(rng, 6, 1.0, 0.2), drawn(rng, 6, 0.0, 0.2), "x", margin=1.0).verdict
        for _ in range(1000)
    ]
    assert found.count(SUPPORTED) / len(found) == pytest.approx(0.05, abs=0.02)


def test_a_trend_in_noise_is_found_in_one_case_of_forty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PERMUTATIONS", 400)
    rng = np.random.default_rng(9)
    found = [
        rules.trend({seed: list(rng.normal(size=5)) for seed in range(4)}, range(5), "x").verdict
        for _ in range(800)
    ]
    assert found.count(SUPPORTED) / len(found) == pytest.approx(0.025, abs=0.017)
