"""Rules that turn numbers by seed into verdicts, each with the sentences that are printed beside it.

None stands for a run that diverged. It enters as the value `failure` where there is one, such as no mode
captured. Otherwise it cannot enter; it is counted and told, and the side that lost it cannot win, since its
survivors may be the lucky ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.base.random_streams import numpy_stream
from pipeline.claims.finding import LEVEL, MINIMUM, TAIL, Finding, Verdict, format_number, listed, side_of
from pipeline.measures.estimate import Estimate, blocked, difference, mean
from pipeline.measures.evidence import Runs
from pipeline.measures.runs import entered, known, missing, ranks

PERMUTATIONS = 20_000
# Runs of each side below which their spreads are not compared
SPREAD_MINIMUM = 5


def paired(
    favoured: Runs, other: Runs, what: str, *, higher: bool = True, margin: float = 0.0,
    failure: float | None = None, minimum: int = MINIMUM, level: float = LEVEL,
) -> Finding:  # fmt: skip
    """Is `favoured` above `other` by more than `margin` (below by more, unless `higher`), seed by seed?

    A negative margin asks whether it is not worse by as much. The effect is the mean difference
    favoured − other; the standardised effect divides it by the differences' deviation.
    """
    both = pairs(favoured, other, failure)
    found = mean(np.array([a - b for a, b in both.values()]))
    details = [
        f"means {_average(a for a, _ in both.values())} and {_average(b for _, b in both.values())}; "
        f"standardised effect {format_number(found.standardised)}",
        f"differences by seed: {listed(found.values)}",
        *losses(favoured, other, failure),
    ]
    share = format_number(100 * level)
    rule = f"Paired by seed: t interval at {share} % of the mean difference, at least {minimum} pairs."
    lost = losing_sides(favoured, other, failure)
    return _judged(found, what, rule, _bound(margin, higher), higher, minimum, lost, details, level)


def against(runs: Runs, value: float, what: str, *, higher: bool = True) -> Finding:
    """Is the mean above a given value, or below it unless `higher`? The effect is the mean itself."""
    found = mean(np.array(known(runs)))
    details = [f"by seed: {listed(found.values)}", *losses(runs, {}, None)]
    rule = f"t interval at 95 % of the mean over seeds, at least {MINIMUM} seeds."
    return _judged(found, what, rule, value, higher, MINIMUM, losing_sides(runs, {}, None), details)


def equivalent(first: Runs, second: Runs, what: str, *, margin: float) -> Finding:
    """Are two means equal up to ± margin? Two one-sided t tests at 5 %, that is the 90 % interval of the
    difference first − second, seed by seed."""
    found = mean(np.array([a - b for a, b in pairs(first, second).values()]))
    low, high = found.interval(0.9)
    rule = (
        "Two one-sided t tests at 5 %: supported if the 90 % interval of the difference lies within "
        f"±{format_number(margin)}, contradicted if it lies wholly beyond, at least {MINIMUM} "
        "pairs; where a run diverged nothing is decided."
    )
    lost = losses(first, second, None)
    verdict = Verdict.INCONCLUSIVE
    if found.count >= MINIMUM and not lost:
        # Without any spread the differences are all the same, and lie on one side or the other.
        below, above = (low, high) if low is not None and high is not None else (found.mean, found.mean)
        if -margin < below and above < margin:
            verdict = Verdict.SUPPORTED
        elif below > margin or above < -margin:
            verdict = Verdict.CONTRADICTED
    details = (f"differences by seed: {listed(found.values)}", *lost)
    return Finding(verdict, what, found.effect, low, high, found.count, rule, details)


def spread(favoured: Runs, other: Runs, what: str) -> Finding:
    """Is the spread over seeds smaller for `favoured`? Brown and Forsythe's test (1974).

    The effect is the difference of the mean absolute deviations from each group's median.
    """
    groups = [np.array(known(runs)) for runs in (favoured, other)]
    away = [np.abs(group - np.median(group)).tolist() if len(group) else [] for group in groups]
    found = difference(away[0], away[1])
    sizes = [format_number(float(g.std(ddof=1))) if len(g) > 1 else format_number(None) for g in groups]
    details = [f"standard deviations {sizes[0]} and {sizes[1]}", *losses(favoured, other, None)]
    rule = (
        "Brown–Forsythe: t interval at 95 % of the difference of the mean absolute deviations from the "
        f"median, at least {SPREAD_MINIMUM} runs each."
    )
    lost = losing_sides(favoured, other, None)
    return _judged(found, what, rule, 0.0, False, SPREAD_MINIMUM, lost, details)


def trend(
    rows: Mapping[int, Sequence[float | None]], settings: Sequence[float], what: str, *,
    rising: bool = True, failure: float | None = None,
) -> Finding:  # fmt: skip
    """Do values rise with a setting (fall, unless `rising`)? rows: seed → its value at each of the settings.

    The effect is the mean over seeds of Spearman's correlation.
    """
    whole = {seed: list(entered(dict(enumerate(row)), failure).values()) for seed, row in rows.items()}
    kept = {seed: row for seed, row in whole.items() if None not in row}
    lost = sum(None in entered(dict(enumerate(row)), None).values() for row in rows.values())
    told = [f"{lost} of {len(rows)} seeds hold a run that diverged, {entering(failure)}"] if lost else []
    rule = (
        f"Mean over seeds of Spearman's correlation with the setting, against {PERMUTATIONS:,} permutations "
        f"of the settings within seeds, one-sided at 2.5 % in either direction, at least {MINIMUM} seeds; "
        "beside it the t interval over seeds at 95 %."
    )
    if len(kept) < MINIMUM:
        told.append("too few seeds for a verdict")
        return Finding(Verdict.INCONCLUSIVE, what, None, None, None, len(kept), rule, tuple(told))
    ordered = np.stack([ranks(row) for row in kept.values()])
    rises, falls = _permuted(ordered, ranks(settings))
    found = mean(ordered @ ranks(settings))
    verdict = Verdict.INCONCLUSIVE
    if min(rises, falls) < TAIL and (not lost or failure is not None):
        verdict = Verdict.SUPPORTED if (rises < falls) is rising else Verdict.CONTRADICTED
    ends = [None if end is None else float(np.clip(end, -1, 1)) for end in found.interval(LEVEL)]
    p_values = f"p {format_number(rises)} for rising, {format_number(falls)} for falling"
    told.insert(0, f"by seed: {listed(found.values)}; {p_values}")
    return Finding(verdict, what, found.effect, ends[0], ends[1], len(kept), rule, tuple(told))


def identity(errors: Mapping[str, float], tolerance: float, what: str) -> Finding:
    """Do two sides of an identity agree? errors: case → largest difference. The effect is the largest."""
    rule = f"Supported if the largest error is at most {format_number(tolerance)}, contradicted if not."
    if not errors:
        return Finding(Verdict.INCONCLUSIVE, what, None, None, None, None, rule)
    worst = max(abs(error) if math.isfinite(error) else math.inf for error in errors.values())
    verdict = Verdict.SUPPORTED if worst <= tolerance else Verdict.CONTRADICTED
    told = "; ".join(f"{case}: {format_number(error)}" for case, error in errors.items())
    effect = worst if math.isfinite(worst) else None
    return Finding(verdict, what, effect, None, None, None, rule, (told,))


def over_settings(
    favoured: Mapping[str, Runs], other: Mapping[str, Runs], what: str, *, higher: bool = True,
    margin: float = 0.0, failure: float | None = None, minimum: int = MINIMUM,
) -> Finding:  # fmt: skip
    """Does `favoured` beat `other` over a range of settings, each a block of pairs by seed?

    The effect is the mean over settings of the mean differences. One setting is never enough.
    """
    options: dict[str, Any] = {"higher": higher, "margin": margin, "failure": failure, "minimum": minimum}
    names = [name for name in favoured if name in other]
    each = {name: paired(favoured[name], other[name], what, **options) for name in names}
    both = {name: pairs(favoured[name], other[name], failure).values() for name in names}
    found = blocked([np.array([a - b for a, b in pairs_]) for pairs_ in both.values() if pairs_])
    rule = (
        "Over a range of settings, each a block of pairs by seed: t interval at 95 % of the mean over "
        f"settings of the mean difference; at least two settings and {minimum} pairs in each, and no setting "
        "whose own interval says the opposite."
    )
    details = [f"{name}: {format_number(part.effect)} ({part.verdict})" for name, part in each.items()]
    details += [f"{name}: {line}" for name in names for line in losses(favoured[name], other[name], failure)]
    lost = {side for name in names for side in losing_sides(favoured[name], other[name], failure)}
    enough = len(names) > 1 and min(map(len, both.values())) >= minimum
    needed = minimum if enough else found.count + 1
    judged = _judged(found, what, rule, _bound(margin, higher), higher, needed, lost, details)
    opposite = {
        Verdict.SUPPORTED: Verdict.CONTRADICTED, Verdict.CONTRADICTED: Verdict.SUPPORTED,
    }.get(judged.verdict)  # fmt: skip
    if opposite in [part.verdict for part in each.values()]:
        return _undecided(judged, "the settings disagree")
    return judged


def pairs(favoured: Runs, other: Runs, failure: float | None = None) -> dict[int, tuple[float, float]]:
    """Seed → both values, for the seeds that have both."""
    first, second = entered(favoured, failure), entered(other, failure)
    found = {seed: (first[seed], second[seed]) for seed in sorted(first) if seed in second}
    return {seed: (a, b) for seed, (a, b) in found.items() if a is not None and b is not None}


def losses(favoured: Runs, other: Runs, failure: float | None) -> list[str]:
    """One sentence for each side that has diverged runs, and how they enter."""
    return [
        f"{_lost(runs)} of {len(runs)} runs of the {side} side diverged, {entering(failure)}"
        for side, runs in (("first", favoured), ("second", other))
        if _lost(runs)
    ]


def entering(failure: float | None) -> str:
    """What becomes of diverged runs, in words."""
    return "which no mean can hold" if failure is None else f"and enter as {format_number(failure)}"


def losing_sides(favoured: Runs, other: Runs, failure: float | None) -> set[str]:
    """The sides that lost runs which cannot enter: 'first', 'second'."""
    sides = {"first": favoured, "second": other}
    return {side for side, runs in sides.items() if failure is None and _lost(runs)}


def _lost(runs: Runs) -> int:
    return sum(map(missing, runs.values()))


def _judged(
    found: Estimate, what: str, rule: str, bound: float, higher: bool, minimum: int, lost: set[str],
    details: Sequence[str], level: float = LEVEL,
) -> Finding:  # fmt: skip
    """The verdict of an estimate that is claimed to lie on one side of a bound."""
    low, high = found.interval(level)
    rule += (
        f" Supported if it lies {'above' if higher else 'below'} {format_number(bound)}, contradicted if it "
        "lies on the other side; "
    )
    rule += "no verdict without spread." if found.grouped else "without any spread by an exact sign test."
    if low is not None:
        verdict = side_of(low, high, bound, higher)
    elif found.sign_test(bound) < 1 - level:
        verdict = Verdict.SUPPORTED if (found.mean > bound) is higher else Verdict.CONTRADICTED
    else:
        verdict = Verdict.INCONCLUSIVE
    judged = Finding(verdict, what, found.effect, low, high, found.count, rule, tuple(details))
    if found.count < minimum:
        return _undecided(judged, "too few seeds or settings for a verdict")
    winner = {Verdict.SUPPORTED: "first", Verdict.CONTRADICTED: "second"}.get(verdict)
    if winner in lost:
        return _undecided(judged, "the better side lost runs, and its survivors alone decide nothing")
    return judged


def _undecided(found: Finding, why: str) -> Finding:
    return replace(found, verdict=Verdict.INCONCLUSIVE, details=(*found.details, why))


def _bound(margin: float, higher: bool) -> float:
    return margin if higher else 0.0 - margin


def _average(values: Any) -> str:
    known_ = list(values)
    return format_number(float(np.mean(known_)) if known_ else None)


def _permuted(rows: np.ndarray, order: np.ndarray) -> tuple[float, float]:
    """p of a mean correlation as high, and as low, when the settings are permuted within each seed."""
    rng = numpy_stream(0, "claims permutations")
    found = float((rows @ order).mean())
    orders = rng.permuted(np.broadcast_to(order, (PERMUTATIONS, len(rows), len(order))), axis=2)
    chance = np.einsum("psk,sk->ps", orders, rows).mean(axis=1)
    tie = 1e-12
    high, low = int((chance >= found - tie).sum()), int((chance <= found + tie).sum())
    return (1 + high) / (1 + PERMUTATIONS), (1 + low) / (1 + PERMUTATIONS)
