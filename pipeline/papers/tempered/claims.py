"""Claims of `tempered`, Tempered Adversarial Networks, in their order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import AllOf, Compare, compare, experiments, matched, one
from pipeline.claims.finding import Finding, Verdict, all_of, format_number, listed, over_a_range, unmeasured
from pipeline.claims.rates import Passed, every, pooled, share, shares
from pipeline.claims.rules import against, equivalent, over_settings, paired, trend
from pipeline.measures import lens as lenses
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import bests, curve, finals, has_metric, headline
from pipeline.measures.runs import combined, known, mapped, rows
from pipeline.measures.training import at_or_before, below, late, lead, log_late, steps_to
from pipeline.papers.registry import claim
from pipeline.params.seams import Lens

FID = "FID, with the lens minus without"
FASTER = "log2 of the steps to that FID, with the lens minus without"
ERROR = "reconstruction error over the variance of the data"


def best_fids(evidence: Roles) -> Iterator[str]:
    """The best FID of any run at any snapshot, which is what the paper prints."""
    for run in experiments(matched(evidence, "lens", "plain")):
        values = bests(run, run.experiment.evaluate.headline)
        yield f"best FID of {run.name}: {format_number(min(known(values), default=None))}"


def _worst(name: str, what: str) -> Compare:
    return Compare(
        partial(lenses.worst_channel, name=name), "lens", "plain",
        f"{what} in the worst channel, with the lens minus without",
        measured=partial(lenses.has_channels, name=name),
        lacking="an experiment has no metric 'factors', which sees each channel",
    )  # fmt: skip


LOWER_FID = Compare(headline, "lens", "plain", FID, higher=False, told=best_fids)
# DCGAN on MNIST.
C1 = LOWER_FID
# Color MNIST: how sure a classifier is of the worst channel, and how it varies.
C2 = AllOf({
    "FID": LOWER_FID,
    "confidence": _worst("confidence", "largest class probability"),
    "entropy": _worst("entropy", "entropy of the classes"),
})  # fmt: skip


@claim("tempered", "C3", roles=("lens", "plain"))
def steadier(evidence: Roles) -> Finding:
    """Spread of the final FID over seeds, over settings.

    A run's deviation is its distance from the median of its experiment, as a share of the two experiments'
    median FID, so that settings weigh alike.
    """
    favoured, other = {}, {}
    for name, lensed, plain in matched(evidence, "lens", "plain"):
        runs = headline(lensed), headline(plain)
        scale = np.median([*known(runs[0]), *known(runs[1])] or [math.nan])
        favoured[name], other[name] = (_deviations(each, float(scale)) for each in runs)
    what = "distance of a run's FID from its experiment's median, relative; with the lens minus without"
    return over_settings(favoured, other, what, higher=False, minimum=5)


@claim("tempered", "C4", roles=("lens", "plain"))
def trains_always(evidence: Roles, *, threshold: float) -> Finding:
    """Share of LSGAN runs with a final FID below `threshold`, over readings of the loss.

    The first pair is the literal reading, D with a sigmoid, of which the paper's "in most cases" and
    "always" are asked.
    """
    pairs = matched(evidence, "lens", "plain")
    sound = {run.name: below(run, run.experiment.evaluate.headline, threshold) for run in experiments(pairs)}
    lensed, plain = (pooled(sound[run.name] for run in evidence[role]) for role in ("lens", "plain"))
    told = [f"{name}: {sum(runs.values())} of {len(runs)} trained" for name, runs in sound.items()]
    what = f"share of runs with FID below {format_number(threshold)}"
    _, literal, without = pairs[0]
    parts = {
        "all readings": shares(lensed, plain, f"{what}, with the lens minus without").noting(*told),
        "without the lens": share(sound[without.name], 0.5, f"{what} without the lens", higher=False),
        "with the lens": every(sound[literal.name], f"{what} with the lens"),
    }
    return over_a_range(all_of(parts), len(pairs))


# LSGAN on Color MNIST.
C5 = AllOf({
    "FID": LOWER_FID,
    "gradient": Compare(
        partial(log_late, column="gradient_generator"), "lens", "plain",
        "log10 of the norm of G's gradient over the second half, with the lens minus without",
    ),
})  # fmt: skip


@claim("tempered", "C6", roles=("lens", "plain"))
def no_perfect_discriminator(evidence: Roles, *, perfect: float) -> Finding:
    """Final FID of LSGAN on CelebA, and whether D without the lens separates real from generated images:
    mean output on real minus on generated ones above `perfect`."""
    what = "D on real minus on generated images over the second half, without the lens"
    plain = {f"D of {run.name}": against(lead(run), perfect, what) for run in evidence["plain"]}
    return all_of({"FID": LOWER_FID(evidence), **plain})


@claim("tempered", "C7", roles=("lens", "plain"))
def faster(evidence: Roles, *, factors: Sequence[float], margin: float) -> Finding:
    """Steps to multiples of the median FID that plain runs end at, and equal final FID.

    Equal is a difference within `margin` standard deviations of plain runs over seeds.
    """
    lensed, plain = one(evidence, "lens"), one(evidence, "plain")
    ends = known(headline(plain))
    if len(ends) < 2:
        return unmeasured("steps to a FID", "fewer than two runs without the lens trained")
    parts = {
        f"to FID {format_number(factor * float(np.median(ends)))}": _speed(lensed, plain, factor)
        for factor in factors
    }
    allowed = margin * float(np.std(ends, ddof=1))
    parts["final FID"] = equivalent(headline(lensed), headline(plain), FID, margin=allowed)
    return all_of(parts)


@claim("tempered", "C8", roles=("fixed", "plain"))
def fixed_weight_is_slow(evidence: Roles, *, identity: float) -> Finding:
    """λ = 1 throughout: runs end above the FID without a lens, every one below its own first FID, and the
    lens keeps an error above the share `identity` of the data's variance."""
    plain, parts = one(evidence, "plain"), {}
    for run in evidence["fixed"]:
        slow = paired(headline(run), headline(plain), "FID, λ = 1 minus no lens")
        told = f"after {run.experiment.train.steps:,} steps; the paper's run has 10,000,000"
        parts[f"{run.name} is slow"] = slow.noting(told)
        parts[f"{run.name} is stable"] = every(_improved(run), "share of runs that end below their first FID")
        error = lenses.relative(run, late(run, "reconstruction", 0.9))
        what = f"{ERROR} over the last tenth of training"
        parts[f"{run.name} keeps its lens"] = against(error, identity, what)
    return all_of(parts)


@claim("tempered", "C9", roles=("lens",))
def becomes_the_identity(evidence: Roles, *, identity: float, share: float) -> Finding:
    """Over the last tenth of training, after K, the error is at most the share `identity` of the data's
    variance in every run. Where it was measured, the FID of lensed against real images is at most the share
    `share` of that of generated ones."""
    errors: dict[str, float | None] = {}
    apart: dict[str, float | None] = {}
    for run in evidence["lens"]:
        begin = max(lenses.schedule_steps(run) / run.experiment.train.steps, 0.9)
        if begin >= 1:
            return unmeasured(f"{ERROR} after K", f"{run.name} ends no later than K")
        errors |= _named(run, lenses.relative(run, late(run, "reconstruction", begin)))
        if names := lenses.distances(run):
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
    runs = sorted(evidence["lens"], key=lenses.schedule_steps)
    lengths = [lenses.schedule_steps(run) for run in runs]
    ends = [value for run in runs for value in known(headline(run))]
    if len(set(lengths)) < 3 or not ends:
        told = ", ".join(f"{length:,}" for length in lengths)
        return unmeasured("correlation of K with the steps to a FID", f"three values of K are needed: {told}")
    threshold, allowed = factor * float(np.median(ends)), margin * float(np.mean(ends))
    reached = rows([steps_to(run, run.experiment.evaluate.headline, threshold) for run in runs])
    what = f"correlation of K with the steps to FID {format_number(threshold)}"
    parts = {"a smaller K is faster": trend(dict(sorted(reached.items())), lengths, what)}
    for run, length in zip(runs[:-1], lengths, strict=False):
        told = f"final FID, K = {length:,} minus K = {lengths[-1]:,}"
        parts[f"K = {length:,}"] = equivalent(headline(run), headline(runs[-1]), told, margin=allowed)
    return all_of(parts)


@claim("tempered", "C11", roles=("lens", "plain"))
def curves_cross(evidence: Roles, *, early: float) -> Finding:
    """FID at the share `early` of K, where it should be higher with the lens, and at the end, lower."""
    pairs = matched(evidence, "lens", "plain")
    first: dict[str, Runs] = {}
    for _, lensed, plain in pairs:
        for run in (lensed, plain):
            step = early * lenses.schedule_steps(lensed)
            found = at_or_before(run, run.experiment.evaluate.headline, step)
            first |= {} if found is None else {run.name: found}
    what = f"{FID}, at {format_number(early)} K"
    lacking = sorted({run.name for run in experiments(pairs)} - set(first))
    if lacking:
        begun = unmeasured(what, f"no evaluated snapshot up to there but the first: {', '.join(lacking)}")
    else:
        begun = compare(pairs, lambda run: first[run.name], what)
    return all_of({"early": begun, "at the end": compare(pairs, headline, FID, higher=False)})


@claim("tempered", "C12", roles=("lens",))
def rebalances(evidence: Roles) -> Finding:
    """While λ > 0: changes of D's lead and the changes of the reconstruction error that follow rise
    together, and lensed images are nearer to generated ones than real images are."""
    changes = "correlation of changes in D's lead with the next changes of the log reconstruction error"
    what = "log of FID(L(X), G) over FID(X, G), mean over snapshots before K"
    parts = {}
    for run in evidence["lens"]:
        parts[f"{run.name}, lead"] = against(lenses.following(run), 0.0, changes)
        near = lenses.nearness(run)
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
        mapped(steps_to(run, "reconstruction", error * lenses.variance(run)), math.log10)
        for run in (alone, scheduled)
    ]
    what = f"log10 of the steps until the {ERROR} is {format_number(error)}, λ = 0 minus Eq. 7"
    told = "a run that never gets there enters with all its steps"
    return paired(steps[0], steps[1], what, higher=False, margin=math.log10(times)).noting(told)


@claim("tempered", "C14", roles=("runs",))
def few_samples_suffice(evidence: Roles, *, few: int, many: int, agreement: float) -> Finding:
    """Spearman's correlation, over models, of FID from `few` and from `many` samples, at least `agreement`
    in every seed. Judged over four models or more."""
    from scipy.stats import spearmanr

    runs, names = evidence["runs"], (f"fid{few}", f"fid{many}")
    what = f"share of seeds whose models rank alike by FID of {few:,} and of {many:,} samples"
    lacking = [run.name for run in runs if not all(has_metric(run, name) for name in names)]
    if lacking:
        return unmeasured(what, f"without {' and '.join(names)}: {', '.join(lacking)}")
    found: dict[int, float] = {}
    for seed in sorted(set.intersection(*(set(run.experiment.seeds) for run in runs))):
        values = [[finals(run, name)[seed] for name in names] for run in runs]
        whole = np.array([row for row in values if None not in row], dtype=float)
        if len(whole) >= 4:
            found[seed] = float(spearmanr(whole[:, 0], whole[:, 1]).statistic)
    told = f"correlations by seed, held against {format_number(agreement)}: {listed(found.values())}"
    return every({seed: value >= agreement for seed, value in found.items()}, what).noting(told)


@claim("tempered", "C15", roles=("lens", "plain"))
def helps_every_loss(evidence: Roles, *, factor: float) -> Finding:
    """For each of three losses: a lower final FID with the lens, or fewer steps to `factor` times the
    median FID that plain runs end at."""
    pairs = matched(evidence, "lens", "plain")
    losses = {plain.experiment.train.objective.kind for _, _, plain in pairs}
    if len(losses) < 3:
        return unmeasured(FID, f"three losses are needed; run were {', '.join(sorted(losses))}")
    parts = {}
    for name, lensed, plain in pairs:
        lower = paired(headline(lensed), headline(plain), FID, higher=False)
        parts[name] = _either(lower, _speed(lensed, plain, factor))
    return all_of(parts)


def _speed(lensed: Evidence, plain: Evidence, factor: float) -> Finding:
    """Fewer steps with the lens to `factor` times the median final FID of plain runs."""
    ends = known(headline(plain))
    if not ends:
        return unmeasured(FASTER, "no run without the lens trained")
    threshold = factor * float(np.median(ends))
    name = plain.experiment.evaluate.headline
    # The start counts as the first step, so that it has a logarithm.
    lens, none = (
        mapped(steps_to(run, name, threshold), lambda steps: math.log2(max(steps, 1)))
        for run in (lensed, plain)
    )
    told = f"to FID {format_number(threshold)}; a run that never gets there enters with all its steps"
    return paired(lens, none, FASTER, higher=False).noting(told)


def _either(first: Finding, second: Finding) -> Finding:
    """Supported if one of two findings is; contradicted if one is and the other is not supported. The one
    that decides speaks."""
    for verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        for found in (first, second):
            if found.verdict is verdict:
                return found
    return first


def _deviations(runs: Runs, scale: float) -> Runs:
    values = known(runs)
    middle = float(np.median(values)) if values else math.nan
    return mapped(runs, lambda value: abs(value - middle) / scale)


def _improved(run: Evidence) -> Passed:
    """Whether a seed trained to its end, with a lower FID there than at its first snapshot."""
    if not run.experiment.evaluate.every_snapshot:
        raise PipelineError(
            f"experiments.{run.name}.evaluate.every_snapshot must be true, to hold its end against its start."
        )
    _, curves = curve(run, run.experiment.evaluate.headline)
    return {seed: value is not None and value < curves[seed][0] for seed, value in headline(run).items()}


def _named(run: Evidence, runs: Runs) -> dict[str, float | None]:
    return {f"{run.name}, seed {seed}": value for seed, value in runs.items()}


def _all_below(values: dict[str, float | None], limit: float, what: str) -> Finding:
    """Does every run stay at or below the limit? A diverged one does not."""
    passed: Passed = {n: value is not None and value <= limit for n, value in enumerate(values.values())}
    told = "; ".join(f"{name}: {format_number(value)}" for name, value in values.items())
    return every(passed, f"share of runs whose {what} is at most {format_number(limit)}").noting(told)
