"""Claims of `beta_gan`, Annealed Generative Adversarial Networks, in their order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import Compare, Pairs, compare, experiments, matched
from pipeline.claims.finding import Finding, all_of, each, format_number
from pipeline.claims.rates import every
from pipeline.claims.rules import equivalent, identity, paired, spread, trend
from pipeline.measures.annealing import at_beta, dimension, gradient_evaluations, modes, schedule
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import finals, metric_like
from pipeline.measures.runs import averaged, entered, known, rows
from pipeline.measures.training import lead, least
from pipeline.papers.registry import claim
from pipeline.params.datasets import Mixture

MODES = "modes captured, β-GAN minus vanilla"
# A diverged run captures no mode.
NONE = 0.0
# Share of training after which D's curves are held against each other: the last quarter is left
LATE = 0.75


@claim("beta_gan", "C1", roles=("annealed", "vanilla"))
def consistent(evidence: Roles) -> Finding:
    """Modes over settings and seeds: more on average, and closer to each setting's median."""
    pairs = matched(evidence, "annealed", "vanilla")
    _equal_steps(pairs)
    away = "mean distance of modes captured from the setting's median, β-GAN minus vanilla"
    parts = {
        "more": compare(pairs, modes, MODES, failure=NONE, over_range=True),
        "steadier": spread(_centred([a for _, a, _ in pairs]), _centred([b for _, _, b in pairs]), away),
    }
    return all_of(parts).noting(*_shown(pairs))


@claim("beta_gan", "C2", roles=("annealed_saturating", "annealed_log", "vanilla_saturating", "vanilla_log"))
def without_log_trick(evidence: Roles, *, margin: float) -> Finding:
    """Modes of both methods under both losses, over all settings at which they were run."""
    vanilla = matched(evidence, "vanilla_log", "vanilla_saturating")
    annealed = matched(evidence, "annealed_saturating", "annealed_log")
    against = matched(evidence, "annealed_saturating", "vanilla_saturating")
    need = "modes captured by the vanilla GAN, log D loss minus saturating"
    do_without = "modes captured by β-GAN, saturating minus log D loss"
    parts = {
        "vanilla needs log D": compare(vanilla, modes, need, failure=NONE),
        "β-GAN does not": compare(annealed, modes, do_without, margin=-margin, failure=NONE),
        "both saturating": compare(against, modes, MODES, failure=NONE),
    }
    return all_of(parts).noting(*_shown([*vanilla, *annealed]))


@claim("beta_gan", "C3", roles=("annealed", "vanilla"))
def no_extra_cost(evidence: Roles, *, margin: float) -> Finding:
    """Modes at equal τ, β-GAN's uniform stage included: not fewer by more than `margin`."""
    pairs = matched(evidence, "annealed", "vanilla")
    tau = {name: float(_evaluations(a) - _evaluations(b)) for name, a, b in pairs}
    parts = {
        "modes": compare(pairs, modes, MODES, margin=-margin, failure=NONE, over_range=True),
        "τ": identity(tau, 0.0, "gradient evaluations, β-GAN minus vanilla"),
    }
    return all_of(parts).noting(*_shown(pairs))


@claim("beta_gan", "C4", roles=("annealed_five", "annealed_ten", "vanilla_five", "vanilla_ten"))
def robust_curves(evidence: Roles, *, margin: float) -> Finding:
    """D(real) − D(fake) over the last quarter, at ten components against five."""
    what = "mean of D(real) − D(fake) over the last quarter, ten components minus five"
    parts = {
        f"vanilla grows, {name}": paired(lead(ten, LATE), lead(five, LATE), what)
        for name, ten, five in matched(evidence, "vanilla_ten", "vanilla_five")
    }
    parts |= {
        f"β-GAN stays, {name}": equivalent(lead(ten, LATE), lead(five, LATE), what, margin=margin)
        for name, ten, five in matched(evidence, "annealed_ten", "annealed_five")
    }
    return all_of(parts)


@claim("beta_gan", "C5", roles=("cubes",))
def two_cubes(evidence: Roles, *, quality: float, coverage: float) -> Finding:
    """Runs that capture both frames, with enough samples near an edge and enough of the edges covered."""
    passed, told = {}, []
    for run in evidence["cubes"]:
        found = {name: finals(run, metric_like(run, name)) for name in ("modes", "quality", "coverage")}
        for seed in run.experiment.seeds:
            values = [_value(found[name].get(seed)) for name in found]
            passed[run.name, seed] = values[0] == 2 and values[1] >= quality and values[2] >= coverage
        told += [f"{run.name}: {name} {each(runs)}" for name, runs in found.items()]
    what = (
        f"share of runs with both frames, {format_number(quality)} of the samples near an edge and "
        f"{format_number(coverage)} of the edges covered"
    )
    return every(passed, what, minimum=10).noting(*told)


@claim("beta_gan", "C6", roles=("tanh", "relu"))
def frozen_noise(evidence: Roles) -> Finding:
    """Mean deviation of a coordinate over samples: against the dimension for tanh, and against ReLU."""
    pairs = matched(evidence, "relu", "tanh")
    dimensions = [dimension(run) for run in evidence["tanh"]]
    what = "deviation of a coordinate over samples, ReLU minus tanh"
    falls = "rank correlation of the tanh generator's deviation with the dimension"
    by_seed = rows([finals(run, "std_mean") for run in evidence["tanh"]])
    parts = {
        "tanh freezes": compare(pairs, lambda run: finals(run, "std_mean"), what, over_range=True),
        "worse in high dimension": trend(by_seed, dimensions, falls, rising=False),
    }
    told = (f"{run.name}: {each(finals(run, 'std_mean'))}" for run in experiments(pairs))
    return all_of(parts).noting("uniform noise has 0.577", *told)


@claim("beta_gan", "C7", roles=("annealed", "vanilla"))
def stays_diverse(evidence: Roles) -> Finding:
    """Least class entropy over the snapshots after β-GAN's uniform stage, in nats."""
    pairs = matched(evidence, "annealed", "vanilla")
    found: dict[str, Runs] = {}
    for _, annealed, vanilla in pairs:
        start = schedule(annealed).uniform_steps
        for run in (annealed, vanilla):
            found[run.name] = least(run, metric_like(run, "class_entropy"), start)
    what = "least class entropy over training in nats, β-GAN minus vanilla"
    told = (f"{name}: {each(values)}" for name, values in found.items())
    return compare(pairs, lambda run: found[run.name], what, failure=NONE).noting(*told)


@claim("beta_gan", "C8", roles=("annealed", "vanilla"))
def clean(evidence: Roles, *, beta: float, fid_margin: float, recall_margin: float) -> Finding:
    """FID at the end against FID at `beta`, and FID and recall at the end against the vanilla GAN's.

    `fid_margin` is a share of the vanilla GAN's mean FID.
    """
    parts: dict[str, Finding] = {}
    for name, annealed, vanilla in matched(evidence, "annealed", "vanilla"):
        fid, recall = metric_like(annealed, "fid"), metric_like(annealed, "recall")
        end, other = finals(annealed, fid), finals(vanilla, fid)
        scale = float(np.mean(known(other))) if known(other) else 0.0
        parts |= {
            f"{name}, clean": paired(
                end, at_beta(annealed, fid, beta), f"FID at β = ∞ minus FID at β = {beta:g}", higher=False
            ),
            f"{name}, FID": paired(
                end, other, "FID at β = ∞, β-GAN minus vanilla", higher=False, margin=-fid_margin * scale
            ),
            f"{name}, recall": paired(
                finals(annealed, recall), finals(vanilla, recall), "recall, β-GAN minus vanilla",
                margin=-recall_margin,
            ),
        }  # fmt: skip
    return all_of(parts)


@claim("beta_gan", "C9", roles=("runs",))
def one_schedule(evidence: Roles, *, beta: float, quality: float) -> Finding:
    """Runs that condense under one schedule: all modes, and enough samples near one; or, for images, an FID
    that is lower at the end than at `beta`."""
    runs = evidence["runs"]
    blocks = [schedule(run) for run in runs]
    told = {(block.beta_first, block.beta_last, block.stages) for block in blocks}
    condensed = {run.name: _condensed(run, beta, quality) for run in runs}
    passed = {(name, seed): ok for name, found in condensed.items() for seed, ok in found.items()}
    others = {"schedules": len(told) - 1.0}
    parts = {
        "condenses": every(passed, "share of runs that condense"),
        "one schedule": identity(others, 0.0, "different schedules among the experiments, less one"),
    }
    counts = (f"{name}: {sum(found.values())} of {len(found)}" for name, found in condensed.items())
    return all_of(parts).noting(*counts)


@claim("beta_gan", "C10", roles=("latents",))
def full_latents(evidence: Roles, *, margin: float) -> Finding:
    """Recall of the uniform law: latents of at least the data's dimension against fewer, and against more."""
    runs = evidence["latents"]
    recall = {run.name: finals(run, metric_like(run, "recall")) for run in runs}
    fewer, exact, more = ([recall[run.name] for run in runs if _sign(run) == sign] for sign in (-1, 0, 1))
    if not (fewer and exact):
        raise PipelineError("uses.latents needs prior.dim below and at the data's dimension.")
    what = "recall at dim z = d minus recall below it"
    parts = {"needed": paired(averaged(exact), averaged(fewer), what)}
    if more:
        what = "recall above dim z = d minus recall at it"
        parts["enough"] = equivalent(averaged(more), averaged(exact), what, margin=margin)
    told = (f"dim z = {run.experiment.train.prior.dim}: recall {each(recall[run.name])}" for run in runs)
    return all_of(parts).noting(*told)


def _at_equal_steps(evidence: Roles) -> Iterator[str]:
    pairs = matched(evidence, "annealed", "vanilla")
    _equal_steps(pairs)
    yield from _shown(pairs)


# Under other losses, an extension of what the paper ran.
C11 = Compare(
    modes, "annealed", "vanilla", MODES, failure=NONE, over_range=True, told=_at_equal_steps
)  # fmt: skip


@claim("beta_gan", "C12", roles=("stated",), optional=("wide",))
def whole_space(evidence: Roles) -> Finding:
    """Rank of the covariance of samples after the uniform stage, against the dimension of the space."""
    passed: dict[tuple[str, int], bool] = {}
    told = []
    for role, runs in evidence.items():
        for run in runs:
            size, ranks = dimension(run), finals(run, "rank")
            told.append(f"{run.name} ({role}): rank {each(ranks)} of {size}")
            if run.metrics["samples"] <= size:
                raise PipelineError(
                    f"{run.metrics['samples']} samples of '{run.name}' cannot span {size} dimensions: "
                    f"raise sample.count above {size}."
                )
            if role == "stated":
                passed |= {(run.name, seed): _value(rank) >= size for seed, rank in ranks.items()}
    what = "share of runs of the stated generator whose samples span all dimensions"
    return every(passed, what).noting(*told)


def _centred(runs: Sequence[Evidence]) -> Runs:
    """Modes of all runs less the median of their own setting, under keys of their own."""
    found = [entered(modes(run), NONE) for run in runs]
    middles = [float(np.median(known(values))) for values in found]
    flat = [value - middle for values, middle in zip(found, middles, strict=True) for value in known(values)]
    return dict(enumerate(flat))


def _shown(pairs: Pairs) -> list[str]:
    runs = {run.name: run for run in experiments(pairs)}
    return [f"{name}: modes {each(modes(run))}" for name, run in runs.items()]


def _equal_steps(pairs: Pairs) -> None:
    """Raises PipelineError when runs that are compared differ in τ."""
    for name, first, second in pairs:
        if _evaluations(first) != _evaluations(second):
            raise PipelineError(f"{name} are compared at equal τ, but differ in steps or updates a step.")


def _evaluations(run: Evidence) -> int:
    return gradient_evaluations(run.experiment.train, run.experiment.train.steps)


def _condensed(run: Evidence, beta: float, quality: float) -> dict[int, bool]:
    """Seed → whether the run went from heated data to the data themselves."""
    seeds = run.experiment.seeds
    if not any(name.startswith("modes") for name in run.metrics["metrics"]):
        fid = metric_like(run, "fid")
        end, heated = finals(run, fid), at_beta(run, fid, beta)
        return {seed: _value(end.get(seed), math.inf) < _value(heated.get(seed)) for seed in seeds}
    prepare = run.dataset.prepare
    wanted = prepare.components if isinstance(prepare, Mixture) else 2
    found, near = modes(run), finals(run, metric_like(run, "quality"))
    return {seed: _value(found.get(seed)) >= wanted and _value(near.get(seed)) >= quality for seed in seeds}


def _sign(run: Evidence) -> int:
    """−1, 0 or 1 as the latents have fewer, as many or more dimensions than the data."""
    return int(np.sign(run.experiment.train.prior.dim - dimension(run)))


def _value(value: float | None, missing: float = -math.inf) -> float:
    return missing if value is None else value
