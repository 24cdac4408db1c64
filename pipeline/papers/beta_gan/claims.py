"""Claims of `beta_gan`: Annealed Generative Adversarial Networks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import Measure, Pairs, compare, matched
from pipeline.claims.finding import Finding, all_of, figure
from pipeline.claims.rates import every
from pipeline.claims.rules import equivalent, identity, over_settings, paired, spread, trend
from pipeline.claims.runs import averaged, each, entered, known, rows, subtracted
from pipeline.gan.schedule import beta_at
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import finals, metric_like
from pipeline.measures.runs import curve, late
from pipeline.papers.registry import claim
from pipeline.params.datasets import Mixture
from pipeline.params.seams import Anneal

MODES = "modes captured, β-GAN minus vanilla"
# A diverged run captures no mode.
NONE = 0.0


@claim("beta_gan", "C1", roles=("annealed", "vanilla"))
def consistent(evidence: Roles) -> Finding:
    """Modes over settings and seeds: more on average, and closer to each setting's median."""
    pairs = matched(evidence, "annealed", "vanilla")
    _equal_steps(pairs)
    away = "mean distance of modes captured from the setting's median, β-GAN minus vanilla"
    parts = {
        "more": _over(pairs, _modes, MODES, failure=NONE),
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
        "vanilla needs log D": compare(vanilla, _modes, need, higher=True, failure=NONE),
        "β-GAN does not": compare(
            annealed, _modes, do_without, higher=True, margin=-margin, failure=NONE
        ),
        "both saturating": compare(against, _modes, MODES, higher=True, failure=NONE),
    }  # fmt: skip
    return all_of(parts).noting(*_shown([*vanilla, *annealed]))


@claim("beta_gan", "C3", roles=("annealed", "vanilla"))
def no_extra_cost(evidence: Roles, *, margin: float) -> Finding:
    """Modes at equal τ, β-GAN's uniform stage included: not fewer by more than `margin`."""
    pairs = matched(evidence, "annealed", "vanilla")
    tau = {name: float(_evaluations(a) - _evaluations(b)) for name, a, b in pairs}
    parts = {
        "modes": _over(pairs, _modes, MODES, margin=-margin, failure=NONE),
        "τ": identity(tau, 0.0, "gradient evaluations, β-GAN minus vanilla"),
    }
    return all_of(parts).noting(*_shown(pairs))


@claim("beta_gan", "C4", roles=("annealed_five", "annealed_ten", "vanilla_five", "vanilla_ten"))
def robust_curves(evidence: Roles, *, margin: float) -> Finding:
    """D(real) − D(fake) over the last quarter, at ten components against five."""
    what = "mean of D(real) − D(fake) over the last quarter, ten components minus five"
    parts = {
        f"vanilla grows, {name}": paired(_gap(ten), _gap(five), what)
        for name, ten, five in matched(evidence, "vanilla_ten", "vanilla_five")
    }
    parts |= {
        f"β-GAN stays, {name}": equivalent(_gap(ten), _gap(five), what, margin=margin)
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
        f"share of runs with both frames, {figure(quality)} of the samples near an edge and "
        f"{figure(coverage)} of the edges covered"
    )
    return every(passed, what, minimum=10).noting(*told)


@claim("beta_gan", "C6", roles=("tanh", "relu"))
def frozen_noise(evidence: Roles) -> Finding:
    """Mean deviation of a coordinate over samples: against the dimension for tanh, and against ReLU."""
    pairs = matched(evidence, "relu", "tanh")
    dimensions = [_dimension(run) for run in evidence["tanh"]]
    what = "deviation of a coordinate over samples, ReLU minus tanh"
    falls = "rank correlation of the tanh generator's deviation with the dimension"
    by_seed = rows([finals(run, "std_mean") for run in evidence["tanh"]])
    parts = {
        "tanh freezes": _over(pairs, lambda run: finals(run, "std_mean"), what),
        "worse in high dimension": trend(by_seed, dimensions, falls, rising=False),
    }
    told = (f"{run.name}: {each(finals(run, 'std_mean'))}" for _, *both in pairs for run in both)
    return all_of(parts).noting("uniform noise has 0.577", *told)


@claim("beta_gan", "C7", roles=("annealed", "vanilla"))
def stays_diverse(evidence: Roles) -> Finding:
    """Least class entropy over the snapshots after β-GAN's uniform stage, in nats."""
    pairs = matched(evidence, "annealed", "vanilla")
    least: dict[str, Runs] = {}
    for _, annealed, vanilla in pairs:
        start = _schedule(annealed).uniform_steps
        least |= {run.name: _least(run, "class_entropy", start) for run in (annealed, vanilla)}
    what = "least class entropy over training in nats, β-GAN minus vanilla"
    found = compare(pairs, lambda run: least[run.name], what, higher=True, failure=NONE)
    return found.noting(*(f"{name}: {each(values)}" for name, values in least.items()))


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
                end, _at_beta(annealed, fid, beta), f"FID at β = ∞ minus FID at β = {beta:g}", higher=False
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
    schedules = {run.name: _schedule(run) for run in evidence["runs"]}
    told = {(one.beta_first, one.beta_last, one.stages) for one in schedules.values()}
    passed = {
        (run.name, seed): success
        for run in evidence["runs"]
        for seed, success in _condensed(run, beta, quality).items()
    }
    parts = {
        "condenses": every(passed, "share of runs that condense"),
        "one schedule": identity(
            {"schedules": len(told) - 1.0}, 0.0, "different schedules among the experiments, less one"
        ),
    }
    counts = (
        f"{run.name}: {sum(_condensed(run, beta, quality).values())} of {len(run.experiment.seeds)}"
        for run in evidence["runs"]
    )
    return all_of(parts).noting(*counts)


@claim("beta_gan", "C10", roles=("latents",))
def full_latents(evidence: Roles, *, margin: float) -> Finding:
    """Recall of the uniform law: latents of at least the data's dimension against fewer, and against more."""
    runs = evidence["latents"]
    recall = {run.name: finals(run, metric_like(run, "recall")) for run in runs}
    fewer, exact, more = ([recall[run.name] for run in runs if _sign(run) == sign] for sign in (-1, 0, 1))
    if not (fewer and exact):
        raise PipelineError("uses.latents needs prior.dim below and at the data's dimension.")
    parts = {
        "needed": paired(averaged(exact), averaged(fewer), "recall at dim z = d minus recall below it"),
    }
    if more:
        what = "recall above dim z = d minus recall at it"
        parts["enough"] = equivalent(averaged(more), averaged(exact), what, margin=margin)
    told = (f"dim z = {run.experiment.train.prior.dim}: recall {each(recall[run.name])}" for run in runs)
    return all_of(parts).noting(*told)


@claim("beta_gan", "C11", roles=("annealed", "vanilla"))
def any_divergence(evidence: Roles) -> Finding:
    """Modes with and without annealing under other losses; an extension of what the paper ran."""
    pairs = matched(evidence, "annealed", "vanilla")
    _equal_steps(pairs)
    return _over(pairs, _modes, MODES, failure=NONE).noting(*_shown(pairs))


@claim("beta_gan", "C12", roles=("stated",), optional=("wide",))
def whole_space(evidence: Roles) -> Finding:
    """Rank of the covariance of samples after the uniform stage, against the dimension of the space."""
    passed: dict[tuple[str, int], bool] = {}
    told = []
    for role, runs in evidence.items():
        for run in runs:
            dimension, ranks = _dimension(run), finals(run, "rank")
            told.append(f"{run.name} ({role}): rank {each(ranks)} of {dimension}")
            if run.metrics["samples"] <= dimension:
                raise PipelineError(
                    f"{run.metrics['samples']} samples of '{run.name}' cannot span {dimension} dimensions: "
                    f"raise sample.count above {dimension}."
                )
            if role == "stated":
                passed |= {(run.name, seed): _value(rank) >= dimension for seed, rank in ranks.items()}
    what = "share of runs of the stated generator whose samples span all dimensions"
    return every(passed, what).noting(*told)


def _over(
    pairs: Pairs, measure: Measure, what: str, *, margin: float = 0.0, failure: float | None = None
) -> Finding:
    """Over the range of settings; one setting alone leaves a claim of robustness open."""
    favoured = {name: measure(a) for name, a, _ in pairs}
    other = {name: measure(b) for name, _, b in pairs}
    return over_settings(favoured, other, what, margin=margin, failure=failure)


def _modes(run: Evidence) -> Runs:
    return finals(run, metric_like(run, "modes"))


def _centred(runs: Sequence[Evidence]) -> Runs:
    """Modes of all runs less the median of their own setting, under keys of their own."""
    found = [entered(_modes(run), NONE) for run in runs]
    middles = [float(np.median(known(values))) for values in found]
    flat = [value - middle for values, middle in zip(found, middles, strict=True) for value in known(values)]
    return dict(enumerate(flat))


def _shown(pairs: Pairs) -> list[str]:
    runs = {run.name: run for _, *both in pairs for run in both}
    return [f"{name}: modes {each(_modes(run))}" for name, run in runs.items()]


def _equal_steps(pairs: Pairs) -> None:
    for name, first, second in pairs:
        if _evaluations(first) != _evaluations(second):
            raise PipelineError(f"{name} are compared at equal τ, but differ in steps or updates a step.")


def _evaluations(run: Evidence) -> int:
    """τ: gradient evaluations of D and of G (beta_gan, Fig. 2)."""
    train = run.experiment.train
    return train.steps * (train.discriminator_steps + train.generator_steps)


def _gap(run: Evidence) -> Runs:
    return subtracted(late(run, "d_real", 0.75), late(run, "d_fake", 0.75))


def _schedule(run: Evidence) -> Anneal:
    tempering = run.experiment.train.tempering
    if not isinstance(tempering, Anneal):
        raise PipelineError(f"experiment '{run.name}' stands for β-GAN, but is not annealed.")
    return tempering


def _at_beta(run: Evidence, name: str, beta: float) -> Runs:
    """A metric at the last snapshot whose networks were trained at `beta`, up to a hundredth of it.

    Raises PipelineError when there is none.
    """
    steps, values = curve(run, name)
    schedule = _schedule(run)
    places = [
        place
        for place, step in enumerate(steps)
        if step > 0 and math.isclose(beta_at(schedule, int(step) - 1), beta, rel_tol=0.01)
    ]
    if not places:
        raise PipelineError(
            f"experiment '{run.name}' has no evaluated snapshot at β = {beta:g}: put one in train.snapshots, "
            "and set evaluate.every_snapshot."
        )
    return {seed: _finite(row[places[-1]]) for seed, row in values.items()}


def _least(run: Evidence, prefix: str, start: int) -> Runs:
    """The least value of a metric over the snapshots after `start`; None for a seed that diverged."""
    steps, values = curve(run, metric_like(run, prefix))
    after = steps > start
    if not after.any():
        raise PipelineError(f"experiment '{run.name}' has no evaluated snapshot after step {start}.")
    return {seed: _finite(float(row[after].min())) for seed, row in values.items()}


def _condensed(run: Evidence, beta: float, quality: float) -> dict[int, bool]:
    """Seed → whether the run went from heated data to the data themselves."""
    seeds = run.experiment.seeds
    names = run.metrics["metrics"]
    if not any(name.startswith("modes") for name in names):
        fid = metric_like(run, "fid")
        end, heated = finals(run, fid), _at_beta(run, fid, beta)
        return {seed: _value(end.get(seed), math.inf) < _value(heated.get(seed)) for seed in seeds}
    prepare = run.dataset.prepare
    wanted = prepare.components if isinstance(prepare, Mixture) else 2
    modes, near = _modes(run), finals(run, metric_like(run, "quality"))
    return {seed: _value(modes.get(seed)) >= wanted and _value(near.get(seed)) >= quality for seed in seeds}


def _dimension(run: Evidence) -> int:
    return math.prod(run.dataset.prepare.shape)


def _sign(run: Evidence) -> int:
    """−1, 0 or 1 as the latents have fewer, as many or more dimensions than the data."""
    return int(np.sign(run.experiment.train.prior.dim - _dimension(run)))


def _value(value: float | None, missing: float = -math.inf) -> float:
    return missing if value is None else value


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
