"""Claims of `tempered`, Tempered Adversarial Networks: what the lens does to FID, and over seeds.

Those on the lens itself stand in `tempered_lens.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from pipeline.claims.compare import (
    Pairs,
    compare,
    experiments,
    matched,
    one,
    over_a_range,
    pooled,
    unmeasured,
)
from pipeline.claims.finding import Finding, Verdict, all_of, figure
from pipeline.claims.rates import Passed, every, share, shares
from pipeline.claims.rules import against, equivalent, over_settings, paired
from pipeline.claims.runs import known, listed, subtracted
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import finals
from pipeline.measures.runs import has_metric, headline, late, mapped, steps_to
from pipeline.papers.registry import claim
from pipeline.papers.tempered.claims_lens import FID

FASTER = "log2 of the steps to that FID, with the lens minus without"
CHANNELS = 3
# A vanished gradient has this norm, so that it has a logarithm.
TINY = 1e-12


@claim("tempered", "C1", roles=("lens", "plain"))
def lower_fid(evidence: Roles) -> Finding:
    """Final FID of DCGAN on MNIST, seed by seed."""
    pairs = matched(evidence, "lens", "plain")
    return compare(pairs, headline, FID, higher=False).noting(*_best(pairs))


@claim("tempered", "C2", roles=("lens", "plain"))
def all_channels(evidence: Roles) -> Finding:
    """Final FID on Color MNIST, and how sure a classifier is of the worst channel and how it varies."""
    pairs = matched(evidence, "lens", "plain")
    parts = {"FID": compare(pairs, headline, FID, higher=False).noting(*_best(pairs))}
    for name, what in (("confidence", "largest class probability"), ("entropy", "entropy of the classes")):
        told = f"{what} in the worst channel, with the lens minus without"
        if all(_channels(name, run) for run in experiments(pairs)):
            parts[name] = compare(pairs, partial(_worst_channel, name), told, higher=True)
        else:
            parts[name] = unmeasured(told, "an experiment has no metric 'factors', which sees each channel")
    return all_of(parts)


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
    sound = {run.name: _below(run, threshold) for run in experiments(pairs)}
    lensed, plain = (pooled(sound[run.name] for run in evidence[role]) for role in ("lens", "plain"))
    told = [f"{name}: {sum(runs_.values())} of {len(runs_)} trained" for name, runs_ in sound.items()]
    what = f"share of runs with FID below {figure(threshold)}"
    compared = shares(lensed, plain, f"{what}, with the lens minus without").noting(*told)
    _, literal, without = pairs[0]
    parts = {
        "all readings": compared,
        "without the lens": share(sound[without.name], 0.5, f"{what} without the lens", higher=False),
        "with the lens": every(sound[literal.name], f"{what} with the lens"),
    }
    return over_a_range(all_of(parts), len(pairs))


@claim("tempered", "C5", roles=("lens", "plain"))
def no_starvation(evidence: Roles) -> Finding:
    """Final FID of LSGAN on Color MNIST, and G's gradient over the second half of training."""
    pairs = matched(evidence, "lens", "plain")
    what = "log10 of the norm of G's gradient over the second half, with the lens minus without"
    return all_of({
        "FID": compare(pairs, headline, FID, higher=False).noting(*_best(pairs)),
        "gradient": compare(pairs, _log_gradient, what, higher=True),
    })  # fmt: skip


@claim("tempered", "C6", roles=("lens", "plain"))
def no_perfect_discriminator(evidence: Roles, *, perfect: float) -> Finding:
    """Final FID of LSGAN on CelebA, and whether D without the lens separates real from generated images:
    mean output on real minus on generated ones above `perfect`."""
    pairs = matched(evidence, "lens", "plain")
    parts = {"FID": compare(pairs, headline, FID, higher=False).noting(*_best(pairs))}
    for _, _, plain in pairs:
        what = "D on real minus on generated images over the second half, without the lens"
        parts[f"D of {plain.name}"] = against(_lead(plain), perfect, what, higher=True)
    return all_of(parts)


@claim("tempered", "C7", roles=("lens", "plain"))
def faster(evidence: Roles, *, factors: Sequence[float], margin: float) -> Finding:
    """Steps to multiples of the median FID that plain runs end at, and equal final FID.

    Equal is a difference within `margin` standard deviations of plain runs over seeds.
    """
    lensed, plain = one(evidence, "lens"), one(evidence, "plain")
    ends = known(headline(plain))
    if len(ends) < 2:
        return unmeasured("steps to a FID", "fewer than two runs without the lens trained")
    parts = {}
    for factor in factors:
        parts[f"to FID {figure(factor * float(np.median(ends)))}"] = _speed(lensed, plain, factor)
    allowed = margin * float(np.std(ends, ddof=1))
    parts["final FID"] = equivalent(headline(lensed), headline(plain), FID, margin=allowed)
    return all_of(parts)


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
        rows = [[finals(run, name)[seed] for name in names] for run in runs]
        whole = np.array([row for row in rows if None not in row], dtype=float)
        if len(whole) >= 4:
            found[seed] = float(spearmanr(whole[:, 0], whole[:, 1]).statistic)
    told = f"correlations by seed, held against {figure(agreement)}: {listed(found.values())}"
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
    lens, none = (mapped(steps_to(run, name, threshold), _log2) for run in (lensed, plain))
    told = f"to FID {figure(threshold)}; a run that never gets there enters with all its steps"
    return paired(lens, none, FASTER, higher=False).noting(told)


def _either(first: Finding, second: Finding) -> Finding:
    """Supported if one of two findings is; contradicted if one is and the other is not supported. The one
    that decides speaks."""
    for verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        for found in (first, second):
            if found.verdict is verdict:
                return found
    return first


def _best(pairs: Pairs) -> list[str]:
    """The best FID of any run at any snapshot, which is what the paper prints."""
    told = []
    for run in experiments(pairs):
        block = run.metrics["metrics"][run.experiment.evaluate.headline]["best"]["values"]
        values = [value for value in block.values() if value is not None]
        told.append(f"best FID of {run.name}: {figure(min(values, default=None))}")
    return told


def _channels(name: str, run: Evidence) -> list[str]:
    """The metrics of each channel, all of them or none."""
    found = [f"factor{channel}_{name}{run.experiment.sample.count}" for channel in range(CHANNELS)]
    return found if all(has_metric(run, runs_) for runs_ in found) else []


def _worst_channel(name: str, run: Evidence) -> Runs:
    found = [finals(run, channel) for channel in _channels(name, run)]
    values = {seed: [channel[seed] for channel in found] for seed in run.experiment.seeds}
    return {seed: min((v for v in row if v is not None), default=None) for seed, row in values.items()}


def _deviations(runs: Runs, scale: float) -> Runs:
    values = known(runs)
    middle = float(np.median(values)) if values else math.nan
    return mapped(runs, lambda value: abs(value - middle) / scale)


def _below(run: Evidence, threshold: float) -> Passed:
    return {seed: value is not None and value < threshold for seed, value in headline(run).items()}


def _log_gradient(run: Evidence) -> Runs:
    return mapped(late(run, "gradient_generator"), lambda norm: math.log10(max(norm, TINY)))


def _lead(run: Evidence) -> Runs:
    """Mean output of D on real minus on generated images."""
    return subtracted(late(run, "d_real"), late(run, "d_fake"))


def _log2(steps: float) -> float:
    """The logarithm of a number of steps; the start counts as the first."""
    return math.log2(max(steps, 1))
