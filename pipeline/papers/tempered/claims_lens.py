"""Claims of `tempered` on the lens itself: its schedule, when it becomes the identity, what moves it."""

from __future__ import annotations

import math

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_values
from pipeline.claims.compare import compare, experiments, matched, one, unmeasured
from pipeline.claims.finding import Finding, all_of, figure
from pipeline.claims.rates import Passed, every
from pipeline.claims.rules import against, equivalent, paired, trend
from pipeline.claims.runs import known
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import diverged, finals
from pipeline.measures.runs import (
    at_step,
    combined,
    curve,
    has_metric,
    headline,
    late,
    logged,
    logged_steps_to,
    mapped,
    steps_to,
)
from pipeline.papers.registry import claim
from pipeline.params.seams import Lens

FID = "FID, with the lens minus without"
ERROR = "reconstruction error over the variance of the data"


@claim("tempered", "C8", roles=("fixed", "plain"))
def fixed_weight_is_slow(evidence: Roles, *, identity: float) -> Finding:
    """λ = 1 throughout: runs end above the FID without a lens, every one below its own first FID, and the
    lens keeps an error above the share `identity` of the data's variance."""
    plain, parts = one(evidence, "plain"), {}
    for run in evidence["fixed"]:
        slow = paired(headline(run), headline(plain), "FID, λ = 1 minus no lens", higher=True)
        told = f"after {run.experiment.train.steps:,} steps; the paper's run has 10,000,000"
        parts[f"{run.name} is slow"] = slow.noting(told)
        parts[f"{run.name} is stable"] = every(_improved(run), "share of runs that end below their first FID")
        error = _relative(run, late(run, "reconstruction", 0.9))
        what = f"{ERROR} over the last tenth of training"
        parts[f"{run.name} keeps its lens"] = against(error, identity, what, higher=True)
    return all_of(parts)


@claim("tempered", "C9", roles=("lens",))
def becomes_the_identity(evidence: Roles, *, identity: float, share: float) -> Finding:
    """Over the last tenth of training, after K, the error is at most the share `identity` of the data's
    variance in every run. Where it was measured, the FID of lensed against real images is at most the share
    `share` of that of generated ones."""
    errors: dict[str, float | None] = {}
    apart: dict[str, float | None] = {}
    for run in evidence["lens"]:
        begin = max(schedule(run) / run.experiment.train.steps, 0.9)
        if begin >= 1:
            return unmeasured(f"{ERROR} after K", f"{run.name} ends no later than K")
        errors |= _named(run, _relative(run, late(run, "reconstruction", begin)))
        if names := _distances(run):
            of_lens, of_samples = (finals(run, name) for name in (names[0], names[2]))
            apart |= _named(run, combined(of_lens, of_samples, lambda a, b: a / b))
    parts = {"error": _all_below(errors, identity, f"{ERROR} at the end")}
    if apart:
        what = "FID of lensed against real images over that of generated images, at the end"
        parts["distance"] = _all_below(apart, share, what)
    return all_of(parts)


@claim("tempered", "C10", roles=("lens",))
def robust_to_length(evidence: Roles, *, factor: float, margin: float) -> Finding:
    """Steps to `factor` times the median final FID rise with K, and every final FID equals that of the
    longest schedule up to the share `margin` of their mean. Judged over three values of K or more."""
    runs = sorted(evidence["lens"], key=schedule)
    lengths = [schedule(run) for run in runs]
    ends = [value for run in runs for value in known(headline(run))]
    if len(set(lengths)) < 3 or not ends:
        told = ", ".join(f"{length:,}" for length in lengths)
        return unmeasured("correlation of K with the steps to a FID", f"three values of K are needed: {told}")
    threshold = factor * float(np.median(ends))
    rows = [steps_to(run, run.experiment.evaluate.headline, threshold) for run in runs]
    seeds = sorted(set.intersection(*(set(row) for row in rows)))
    reached = {seed: [row[seed] for row in rows] for seed in seeds}
    what = f"correlation of K with the steps to FID {figure(threshold)}"
    parts = {"a smaller K is faster": trend(reached, lengths, what, rising=True)}
    for run in runs[:-1]:
        name = f"K = {schedule(run):,}"
        told = f"final FID, {name} minus K = {lengths[-1]:,}"
        allowed = margin * float(np.mean(ends))
        parts[name] = equivalent(headline(run), headline(runs[-1]), told, margin=allowed)
    return all_of(parts)


@claim("tempered", "C11", roles=("lens", "plain"))
def curves_cross(evidence: Roles, *, early: float) -> Finding:
    """FID at the share `early` of K, where it should be higher with the lens, and at the end, lower."""
    pairs = matched(evidence, "lens", "plain")
    first: dict[str, Runs] = {}
    for _, lensed, plain in pairs:
        for run in (lensed, plain):
            found = at_step(run, run.experiment.evaluate.headline, early * schedule(lensed))
            first |= {} if found is None else {run.name: found}
    what = f"{FID}, at {figure(early)} K"
    lacking = sorted({run.name for run in experiments(pairs)} - set(first))
    if lacking:
        begun = unmeasured(what, f"no evaluated snapshot up to there but the first: {', '.join(lacking)}")
    else:
        begun = compare(pairs, lambda run: first[run.name], what, higher=True)
    return all_of({"early": begun, "at the end": compare(pairs, headline, FID, higher=False)})


@claim("tempered", "C12", roles=("lens",))
def rebalances(evidence: Roles) -> Finding:
    """While λ > 0: changes of D's lead and the changes of the reconstruction error that follow rise
    together, and lensed images are nearer to generated ones than real images are."""
    parts = {}
    for run in evidence["lens"]:
        what = "correlation of changes in D's lead with the next changes of the log reconstruction error"
        parts[f"{run.name}, lead"] = against(following(run), 0.0, what, higher=True)
        what = "log of FID(L(X), G) over FID(X, G), mean over snapshots before K"
        near = _nearness(run)
        parts[f"{run.name}, distance"] = (
            unmeasured(what, "the experiment has no metric 'lensed_fidelity' at snapshots before K")
            if near is None
            else against(near, 0.0, what, higher=False)
        )
    return all_of(parts)


@claim("tempered", "C13", roles=("scheduled", "identity"))
def adversary_delays(evidence: Roles, *, error: float, times: float) -> Finding:
    """Steps until the error falls to the share `error` of the data's variance: without the adversarial term
    fewer by a factor of at least `times`."""
    alone, scheduled = one(evidence, "identity"), one(evidence, "scheduled")
    block = alone.experiment.train.tempering
    if not isinstance(block, Lens) or block.weight > 0:
        raise PipelineError(f"experiments.{alone.name} must have a lens with weight: 0, that is without L_A.")
    steps = [
        mapped(logged_steps_to(run, "reconstruction", error * variance(run)), math.log10)
        for run in (alone, scheduled)
    ]
    what = f"log10 of the steps until the {ERROR} is {figure(error)}, λ = 0 minus Eq. 7"
    told = "a run that never gets there enters with all its steps"
    return paired(steps[0], steps[1], what, higher=False, margin=math.log10(times)).noting(told)


def schedule(run: Evidence) -> int:
    """K of Eq. 7. Raises PipelineError when the experiment has no lens, or one with a fixed λ."""
    lens = run.experiment.train.tempering
    if not isinstance(lens, Lens) or lens.schedule_steps is None:
        raise PipelineError(
            f"experiments.{run.name} has no lens with a schedule: see tempering.schedule_steps."
        )
    return lens.schedule_steps


def variance(run: Evidence) -> float:
    """Mean over pixels and channels of their variance over real examples, in the range of training."""
    real = to_values(run.arrays["real"], run.experiment.train.range)
    return float(np.var(real, axis=0, dtype=np.float64).mean())


def following(run: Evidence) -> Runs:
    """Seed → correlation, over the log before K, of a change in D(real) − D(fake) with the next change of
    the log reconstruction error; None where there are fewer than four, or one of them is constant."""
    steps, real = logged(run, "d_real")
    fake, errors = logged(run, "d_fake")[1], logged(run, "reconstruction")[1]
    before, lost = steps <= schedule(run), diverged(run)
    found: dict[int, float | None] = {}
    for seed in run.experiment.seeds:
        found[seed] = None
        if seed not in lost:
            lead = np.diff((real[seed] - fake[seed])[before])[:-1]
            moved = np.diff(np.log(np.maximum(errors[seed][before], 1e-12)))[1:]
            if len(lead) >= 4 and lead.std() > 0 and moved.std() > 0:
                found[seed] = float(np.corrcoef(lead, moved)[0, 1])
    return found


def _relative(run: Evidence, errors: Runs) -> Runs:
    scale = variance(run)
    return mapped(errors, lambda error: error / scale)


def _distances(run: Evidence) -> tuple[str, str, str] | None:
    """The metrics of L(X) against X, G against L(X), and G against X, if the experiment has them."""
    for name in run.metrics["metrics"]:
        count = name.removeprefix("fid_lens")
        if name.startswith("fid_lens") and count.isdigit():
            names = (name, f"fid_lensed{count}", f"fid_unlensed{count}")
            return names if all(has_metric(run, each) for each in names) else None
    return None


def _nearness(run: Evidence) -> Runs | None:
    """Seed → mean log of FID(L(X), G) over FID(X, G) before K; None where nothing was measured."""
    if (names := _distances(run)) is None:
        return None
    steps, lensed = curve(run, names[1])
    unlensed = curve(run, names[2])[1]
    before = steps < schedule(run)
    if not before.any():
        return None
    lost = diverged(run)
    found: dict[int, float | None] = {}
    for seed in run.experiment.seeds:
        ratio = np.log(np.maximum(lensed[seed][before], 1e-12) / np.maximum(unlensed[seed][before], 1e-12))
        kept = ratio[np.isfinite(ratio)]
        found[seed] = float(kept.mean()) if len(kept) and seed not in lost else None
    return found


def _improved(run: Evidence) -> Passed:
    """Whether a seed trained to its end, with a lower FID there than at its first snapshot."""
    if not run.experiment.evaluate.every_snapshot:
        raise PipelineError(
            f"experiments.{run.name}.evaluate.every_snapshot must be true, to hold its end against its start."
        )
    _, rows = curve(run, run.experiment.evaluate.headline)
    return {seed: value is not None and value < rows[seed][0] for seed, value in headline(run).items()}


def _named(run: Evidence, runs: Runs) -> dict[str, float | None]:
    return {f"{run.name}, seed {seed}": value for seed, value in runs.items()}


def _all_below(values: dict[str, float | None], limit: float, what: str) -> Finding:
    """Does every run stay at or below the limit? A diverged one does not."""
    passed: Passed = {n: value is not None and value <= limit for n, value in enumerate(values.values())}
    told = "; ".join(f"{name}: {figure(value)}" for name, value in values.items())
    return every(passed, f"share of runs whose {what} is at most {figure(limit)}").noting(told)
