"""Claims of `gan`, Generative Adversarial Nets, in their order. C12 is structural, and has no test."""

from __future__ import annotations

import math
from itertools import combinations

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import one
from pipeline.claims.finding import Finding, Verdict, all_of, each, format_number
from pipeline.claims.rates import every
from pipeline.claims.rules import against, equivalent, identity, paired, trend
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.latents import arithmetic_chances, path_wins, turn_correlations, turn_identities
from pipeline.measures.laws import QUADRATURE, criterion, same_law
from pipeline.measures.reading import curve, finals, metric_like
from pipeline.measures.runs import averaged, known, rows, subtracted, whole_mean
from pipeline.measures.training import below, ends, late, log_quarter_gradient
from pipeline.metrics.divergence import LOG4
from pipeline.papers.registry import claim

ERROR = "discriminator_error_mean"


@claim("gan", "C1", roles=("fixed",))
def optimal(evidence: Roles, *, tolerance: float) -> Finding:
    """Mean error of a trained D against D*, weighted by p_data + p_g, for fixed generators."""
    runs = evidence["fixed"]
    close = {(run.name, seed): ok for run in runs for seed, ok in below(run, ERROR, tolerance).items()}
    parts = {"close": every(close, f"share of runs whose mean |D − D*| is below {format_number(tolerance)}")}
    early = [ends(run, ERROR) for run in runs if len(curve(run, ERROR)[0]) > 1]
    if early:
        first, last = (averaged([pair[place] for pair in early]) for place in (0, 1))
        what = "mean |D − D*|, last snapshot minus first, mean over generators"
        parts["falls"] = paired(last, first, what, higher=False)
    return all_of(parts).noting(*(f"{run.name}: mean |D − D*| {each(finals(run, ERROR))}" for run in runs))


@claim("gan", "C2", roles=("fixed",))
def least_criterion(evidence: Roles, *, tolerance: float) -> Finding:
    """C(G) by quadrature against −log 4 + 2·JSD; the trained D's value below it, by less than `tolerance`."""
    runs = evidence["fixed"]
    values = {run.name: criterion(run) for run in runs}
    within, gaps, errors = {}, {}, {}
    for run in runs:
        best = finals(run, "value_optimal")
        for seed, gap in subtracted(best, finals(run, "value_trained")).items():
            within[run.name, seed] = gap is not None and gap >= -QUADRATURE
            gaps[run.name, seed] = gap is not None and gap < tolerance
        errors[run.name] = next(iter(known(best)), math.inf) - values[run.name]
    equal = {run.name for run in runs if same_law(run)}
    above = {name: value > -LOG4 + QUADRATURE for name, value in values.items() if name not in equal}
    floor = {name: value + LOG4 for name, value in values.items() if name in equal}
    only = "share of generators other than the data's law with C(G) above −log 4"
    parts = {
        "identity": identity(errors, QUADRATURE, "difference of C(G) and −log 4 + 2·JSD in nats"),
        "bound": every(within, "share of runs in which the trained D's value is at most C(G)"),
        "close": every(gaps, f"share of runs whose value is within {format_number(tolerance)} nats of C(G)"),
        "minimum": identity(floor, QUADRATURE, "C(G) + log 4 at p_g = p_data"),
        "only there": every(above, only, minimum=1),
    }
    return all_of(parts).noting(*(f"{name}: C(G) = {format_number(value)}" for name, value in values.items()))


@claim("gan", "C3", roles=("runs",))
def converges(evidence: Roles, *, tolerance: float) -> Finding:
    """Final JSD of Algorithm 1 in every run, over losses and discriminator steps."""
    passed: dict[tuple[str, int], bool] = {}
    told = []
    for run in evidence["runs"]:
        name = metric_like(run, "jsd")
        passed |= {(run.name, seed): ok for seed, ok in below(run, name, tolerance).items()}
        told.append(
            f"{run.name}, k = {run.experiment.train.discriminator_steps}: JSD {each(finals(run, name))}"
        )
    what = f"share of runs whose final JSD is below {format_number(tolerance)} nats"
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
    first, last = (
        {role: log_quarter_gradient(run, part) for role, run in losses.items()} for part in (0, -1)
    )
    gains = {role: subtracted(last[role], first[role]) for role in losses}
    ahead = "log2 of the norm of G's gradient in the last quarter, non-saturating minus saturating"
    kept = "the same, change from the first quarter to the last"
    parts = {
        "late": paired(last["non_saturating"], last["saturating"], ahead),
        "decay": paired(gains["non_saturating"], gains["saturating"], kept),
    }
    told = f"mean D(G(z)) in the last quarter: {each(late(losses['saturating'], 'd_fake', 0.75))}"
    return all_of(parts).noting(told)


@claim("gan", "C5", roles=("digits",))
def likelihood(evidence: Roles, *, rival: float) -> Finding:
    """Parzen log-likelihood over seeds against the best quoted rival, in nats."""
    found = _final(one(evidence, "digits"), "parzen")
    return against(found, rival, f"Parzen log-likelihood in nats; the best rival has {format_number(rival)}")


@claim("gan", "C6", roles=("folds",))
def faces_likelihood(evidence: Roles, *, rival: float, margin: float) -> Finding:
    """Parzen log-likelihood of each fold, a mean over its seeds, against the quoted best, in nats."""
    folds = {fold: whole_mean(_final(run, "parzen")) for fold, run in enumerate(evidence["folds"])}
    what = f"Parzen log-likelihood minus the best model's {format_number(rival)}, in nats, over folds"
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
    level = 1 - 0.05 / len(pairs)
    opposed = alike = 0
    told = []
    for first, second in pairs:
        parzen, fid = (
            paired(_final(first, name), _final(second, name), name, higher=higher, level=level).verdict
            for name, higher in (("parzen", True), ("fid", False))
        )
        decided = Verdict.INCONCLUSIVE not in (parzen, fid)
        opposed += decided and parzen is not fid
        alike += decided and parzen is fid
        told.append(f"{first.name} over {second.name}: Parzen {parzen}, FID {fid}")
    verdict = Verdict.INCONCLUSIVE
    if opposed:
        verdict = Verdict.SUPPORTED
    elif alike == len(pairs):
        verdict = Verdict.CONTRADICTED
    rule = (
        f"Every pair of models is compared by both measures, paired by seed with t intervals at "
        f"{format_number(100 * level)} %. Supported if one pair is ranked in opposite ways, "
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
    values = [_final(run, "modes") for run in runs]
    what = "rank correlation of modes captured with generator updates per discriminator update"
    told = (f"{ratio:g} updates: {each(found)} modes" for ratio, found in zip(ratios, values, strict=True))
    return trend(rows(values), ratios, what, rising=False, failure=0.0).noting(*told)


@claim("gan", "C9", roles=("digits",))
def plausible(evidence: Roles) -> Finding:
    """Share of points inside a path that the classifier is surer of than of the mix of pixels of the ends."""
    wins, gains = path_wins(one(evidence, "digits"))
    return all_of({
        "share": against(wins, 0.5, "share of path points with a surer classifier than pixel interpolation"),
        "confidence": against(gains, 0.0, "largest class probability on the path minus that of the pixels"),
    })  # fmt: skip


@claim("gan", "C10", roles=("faces",))
def arithmetic(evidence: Roles) -> Finding:
    """P(attribute) of G(Y), of a control without the attribute's term, and of the same sum of pixels."""
    y, control, pixels = arithmetic_chances(one(evidence, "faces"))
    named = {"Y": y, "control": control, "pixels": pixels}
    return all_of({
        "control": paired(y, control, "P(attribute) of Y minus that of the control"),
        "pixels": paired(y, pixels, "P(attribute) of Y minus that of pixel arithmetic"),
    }).noting(*(f"P(attribute) of {name}: {each(found)}" for name, found in named.items()))  # fmt: skip


@claim("gan", "C11", roles=("faces",))
def turn(evidence: Roles) -> Finding:
    """Rank correlation of the angle with α, and how much the identity features move along the turn vector
    against a random direction of equal norm."""
    run = one(evidence, "faces")
    what = "identity distance along the turn vector minus along a random direction"
    correlations, _ = turn_correlations(run)
    return all_of({
        "turns": against(correlations, 0.0, "rank correlation of the angle with α, mean over samples"),
        "keeps identity": paired(*turn_identities(run), what, higher=False),
    })  # fmt: skip


def _final(run: Evidence, prefix: str) -> Runs:
    return finals(run, metric_like(run, prefix))
