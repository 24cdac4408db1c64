"""Claims of `gan`: Generative Adversarial Nets. Those on faces stand in `gan_faces.py`."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import one
from pipeline.claims.finding import Finding, Verdict, all_of, figure
from pipeline.claims.rates import every
from pipeline.claims.rules import against, equivalent, identity, paired, trend
from pipeline.claims.runs import averaged, each, known, rows, subtracted
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import finals, metric_like
from pipeline.measures.runs import curve, late, logged
from pipeline.metrics.discriminator_error import generator_density
from pipeline.metrics.divergence import LOG4, optimal_discriminator, value
from pipeline.papers.registry import claim
from pipeline.params.datasets import Mixture

ERROR = "discriminator_error_mean"
# Two values by quadrature on one grid differ by rounding alone.
QUADRATURE = 1e-6


@claim("gan", "C1", roles=("fixed",))
def optimal(evidence: Roles, *, tolerance: float) -> Finding:
    """Mean error of a trained D against D*, weighted by p_data + p_g, for fixed generators."""
    runs = evidence["fixed"]
    close = {
        (run.name, seed): error is not None and error < tolerance
        for run in runs
        for seed, error in finals(run, ERROR).items()
    }
    parts = {"close": every(close, f"share of runs whose mean |D − D*| is below {figure(tolerance)}")}
    early = [_change(run, ERROR) for run in runs if len(curve(run, ERROR)[0]) > 1]
    if early:
        first, last = averaged([a for a, _ in early]), averaged([b for _, b in early])
        what = "mean |D − D*|, last snapshot minus first, mean over generators"
        parts["falls"] = paired(last, first, what, higher=False)
    return all_of(parts).noting(*(f"{run.name}: mean |D − D*| {each(finals(run, ERROR))}" for run in runs))


@claim("gan", "C2", roles=("fixed",))
def criterion(evidence: Roles, *, tolerance: float) -> Finding:
    """C(G) by quadrature against −log 4 + 2·JSD; the trained D's value below it, by less than `tolerance`."""
    runs = evidence["fixed"]
    below, gaps, errors = {}, {}, {}
    for run in runs:
        best = finals(run, "value_optimal")
        for seed, reached in finals(run, "value_trained").items():
            gap = subtracted(best, {seed: reached})[seed]
            below[run.name, seed] = gap is not None and gap >= -QUADRATURE
            gaps[run.name, seed] = gap is not None and gap < tolerance
        errors[run.name] = next(iter(known(best)), math.inf) - _criterion(run)
    equal = [run for run in runs if _same_law(run)]
    floor = {run.name: _criterion(run) + LOG4 for run in equal}
    parts = {
        "identity": identity(errors, QUADRATURE, "difference of C(G) and −log 4 + 2·JSD in nats"),
        "bound": every(below, "share of runs in which the trained D's value is at most C(G)"),
        "close": every(gaps, f"share of runs whose value is within {figure(tolerance)} nats of C(G)"),
        "minimum": identity(floor, QUADRATURE, "C(G) + log 4 at p_g = p_data"),
        "only there": every(
            {run.name: _criterion(run) > -LOG4 + QUADRATURE for run in runs if not _same_law(run)},
            "share of generators other than the data's law with C(G) above −log 4", minimum=1,
        ),
    }  # fmt: skip
    return all_of(parts).noting(*(f"{run.name}: C(G) = {figure(_criterion(run))}" for run in runs))


@claim("gan", "C3", roles=("runs",))
def converges(evidence: Roles, *, tolerance: float) -> Finding:
    """Final JSD of Algorithm 1 in every run, over losses and discriminator steps."""
    passed = {
        (run.name, seed): jsd is not None and jsd < tolerance
        for run in evidence["runs"]
        for seed, jsd in finals(run, metric_like(run, "jsd")).items()
    }
    what = f"share of runs whose final JSD is below {figure(tolerance)} nats"
    told = (
        f"{run.name}, k = {run.experiment.train.discriminator_steps}: JSD "
        f"{each(finals(run, metric_like(run, 'jsd')))}"
        for run in evidence["runs"]
    )
    return every(passed, what, minimum=5).noting(*told)


@claim("gan", "C4", roles=("saturating", "non_saturating"))
def gradients(evidence: Roles) -> Finding:
    """log2 of the norm of G's gradient under both losses, as D is trained ahead of a G that stands still.

    Raises PipelineError when G moves at a rate that could matter.
    """
    losses = {role: one(evidence, role) for role in ("saturating", "non_saturating")}
    for run in losses.values():
        rate = run.experiment.train.optimizers.generator.lr
        if rate > 1e-6:
            raise PipelineError(
                f"the gradients of '{run.name}' are compared against one D, but its generator learns at rate "
                f"{rate:g}: set optimizers.generator.lr to 1.0e-9."
            )
    first, last = ({role: _gradient(run, part) for role, run in losses.items()} for part in (0, -1))
    ahead = "log2 of the norm of G's gradient in the last quarter, non-saturating minus saturating"
    kept = "the same, change from the first quarter to the last"
    gains = {role: subtracted(last[role], first[role]) for role in losses}
    parts = {
        "late": paired(last["non_saturating"], last["saturating"], ahead),
        "decay": paired(gains["non_saturating"], gains["saturating"], kept),
    }
    confident = late(losses["saturating"], "d_fake", 0.75)
    told = f"mean D(G(z)) in the last quarter: {each(confident)}"
    return all_of(parts).noting(told)


@claim("gan", "C5", roles=("digits",))
def likelihood(evidence: Roles, *, rival: float) -> Finding:
    """Parzen log-likelihood over seeds against the best quoted rival, in nats."""
    run = one(evidence, "digits")
    found = finals(run, metric_like(run, "parzen"))
    return against(found, rival, f"Parzen log-likelihood in nats; the best rival has {figure(rival)}")


@claim("gan", "C6", roles=("folds",))
def faces_likelihood(evidence: Roles, *, rival: float, margin: float) -> Finding:
    """Parzen log-likelihood of each fold, a mean over its seeds, against the quoted best, in nats."""
    folds: dict[int, float | None] = {}
    for fold, run in enumerate(evidence["folds"]):
        values = finals(run, metric_like(run, "parzen"))
        kept = known(values)
        folds[fold] = float(np.mean(kept)) if len(kept) == len(values) else None
    what = f"Parzen log-likelihood minus the best model's {figure(rival)}, in nats, over folds"
    return equivalent(folds, dict.fromkeys(folds, rival), what, margin=margin)


@claim("gan", "C7", roles=("models",))
def doubtful(evidence: Roles) -> Finding:
    """Pairs of models that the Parzen log-likelihood and FID rank in opposite ways, both significantly.

    The tests of all pairs share 5 % (Bonferroni). Raises PipelineError for fewer than two models.
    """
    models = evidence["models"]
    if len(models) < 2:
        raise PipelineError("uses.models needs two experiments at least, to rank them.")
    pairs = list(combinations(models, 2))
    opposed = alike = 0
    told = []
    for first, second in pairs:
        ranks = [
            paired(
                _read(first, name), _read(second, name), name, higher=higher, level=1 - 0.05 / len(pairs)
            ).verdict
            for name, higher in (("parzen", True), ("fid", False))
        ]
        decided = Verdict.INCONCLUSIVE not in ranks
        opposed += decided and ranks[0] is not ranks[1]
        alike += decided and ranks[0] is ranks[1]
        told.append(f"{first.name} over {second.name}: Parzen {ranks[0]}, FID {ranks[1]}")
    verdict = Verdict.INCONCLUSIVE
    if opposed:
        verdict = Verdict.SUPPORTED
    elif alike == len(pairs):
        verdict = Verdict.CONTRADICTED
    rule = (
        f"Every pair of models is compared by both measures, paired by seed with t intervals at "
        f"{figure(100 * (1 - 0.05 / len(pairs)))} %. Supported if one pair is ranked in opposite ways, "
        "contradicted if all pairs are ranked alike."
    )
    seeds = min(len(run.experiment.seeds) for run in models)
    what = f"share of the {len(pairs)} pairs of models that the two measures rank in opposite ways"
    return Finding(verdict, what, opposed / len(pairs), None, None, seeds, rule, tuple(told))


@claim("gan", "C8", roles=("ratios",))
def collapses(evidence: Roles) -> Finding:
    """Modes captured against the generator's updates per update of D; a diverged run captures none."""
    runs = evidence["ratios"]
    ratios = [run.experiment.train.generator_steps / run.experiment.train.discriminator_steps for run in runs]
    values = [finals(run, metric_like(run, "modes")) for run in runs]
    what = "rank correlation of modes captured with generator updates per discriminator update"
    told = (f"{ratio:g} updates: {each(found)} modes" for ratio, found in zip(ratios, values, strict=True))
    return trend(rows(values), ratios, what, rising=False, failure=0.0).noting(*told)


@claim("gan", "C9", roles=("digits",))
def plausible(evidence: Roles) -> Finding:
    """Share of points inside a path that the classifier is surer of than of the mix of pixels of the ends."""
    run = one(evidence, "digits")
    wins: dict[int, float | None] = dict.fromkeys(run.experiment.seeds)
    gains = dict(wins)
    if not any(name.startswith("pixel_probabilities") for name in run.arrays):
        raise PipelineError(f"'{run.name}' left no paths: set sample.paths, and extractor kind 'classifier'.")
    for seed in run.experiment.seeds:
        names = [f"{kind}_probabilities_seed{seed}" for kind in ("path", "pixel")]
        if any(name not in run.arrays for name in names):
            continue
        latent, pixel = (run.arrays[name].max(axis=2)[:, 1:-1] for name in names)
        wins[seed], gains[seed] = float((latent > pixel).mean()), float((latent - pixel).mean())
    parts = {
        "share": against(wins, 0.5, "share of path points with a surer classifier than pixel interpolation"),
        "confidence": against(gains, 0.0, "largest class probability on the path minus that of the pixels"),
    }
    return all_of(parts)


def _criterion(run: Evidence) -> float:
    """C(G) = ∫ p_data log D* + p_g log(1 − D*) of a fixed affine G by quadrature, in nats.

    Raises PipelineError when the data are not a one-dimensional mixture or D was not seen on a grid.
    """
    from pipeline.datasets.mixture import law

    prepare = run.dataset.prepare
    if not isinstance(prepare, Mixture) or "grid" not in run.arrays:
        raise PipelineError(f"experiment '{run.name}' needs a 1-D mixture as data, and sample.grid.")
    grid = run.arrays["grid"].astype(np.float64)
    p_data, p_g = law(prepare).density(grid[:, None]), generator_density(run.experiment.train, grid)
    return value(optimal_discriminator(p_data, p_g), p_data, p_g, grid)


def _same_law(run: Evidence) -> bool:
    """Whether p_g is p_data, by the JSD that was measured."""
    return max(known(finals(run, "jsd")), default=math.inf) < QUADRATURE


def _gradient(run: Evidence, quarter: int) -> Runs:
    """Mean log2 norm of G's gradient over the first (0) or last (−1) quarter of the logged steps."""
    _, logs = logged(run, "gradient_generator")
    parts = {seed: np.array_split(row, 4)[quarter] for seed, row in logs.items()}
    # A gradient of exactly zero has underflowed; float32's least normal number stands for it.
    floors = {seed: np.log2(np.maximum(part, np.finfo(np.float32).tiny)) for seed, part in parts.items()}
    return {
        seed: float(part.mean()) if len(part) and np.isfinite(part).all() else None
        for seed, part in floors.items()
    }


def _change(run: Evidence, name: str) -> tuple[Runs, Runs]:
    """A metric at the first and at the last evaluated snapshot."""
    _, values = curve(run, name)
    ends = ({seed: float(row[place]) for seed, row in values.items()} for place in (0, -1))
    first, last = ({seed: v if math.isfinite(v) else None for seed, v in end.items()} for end in ends)
    return first, last


def _read(run: Evidence, prefix: str) -> Runs:
    return finals(run, metric_like(run, prefix))
