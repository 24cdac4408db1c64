"""Claims of `dfm`, Improving Generative Adversarial Networks with Denoising Feature Matching, in their order.

C11 is of a method that the paper itself left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import partial

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.random_streams import numpy_stream
from pipeline.claims.compare import AllOf, Compare, experiments, matched, one
from pipeline.claims.finding import Finding, Verdict, all_of, format_number, listed, over_a_range, unmeasured
from pipeline.claims.rates import Passed, pooled, shares
from pipeline.claims.rules import against, equivalent, identity, paired
from pipeline.datasets.mixture import Law
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import curve, finals, has_metric, headline
from pipeline.measures.runs import known
from pipeline.measures.training import log_denoising_error, log_relative_denoising_error
from pipeline.papers.dfm import fields, numerics
from pipeline.papers.registry import claim
from pipeline.params.seams import Denoising
from pipeline.studies import Studied

# What the printed scores of CIFAR-10 are of (Table 1).
PRINTED = ("cifar10", "inception", "is10x5000")

# With λ_denoise = 0.03/n_h and with 0, seed by seed: on CIFAR-10, STL-10 and ImageNet.
C1 = C2 = C3 = Compare(headline, "dfm", "control", "Inception score, with denoising minus the control")


@claim("dfm", "C4", roles=("dfm",))
def between_the_others(evidence: Roles, *, above: float, below: float) -> Finding:
    """Final Inception score between two printed ones, which hold for their own data and protocol alone."""
    run = one(evidence, "dfm")
    data = run.dataset.title or run.dataset.prepare.kind
    ran = (data, run.metrics["features"]["kind"], run.experiment.evaluate.headline)
    if ran != PRINTED:
        told = f"printed scores are of {' and '.join(PRINTED)}; the runs are of {' and '.join(ran)}"
        rule = "Only like is compared."
        return Finding(Verdict.UNTESTED, "Inception score", None, None, None, 0, rule, (told,))
    return all_of({
        f"above {format_number(above)}": against(headline(run), above, "Inception score"),
        f"below {format_number(below)}": against(headline(run), below, "Inception score", higher=False),
    })  # fmt: skip


@claim("dfm", "C5", roles=("dfm", "control"))
def no_collapse(evidence: Roles, *, kept: float, classes: float) -> Finding:
    """Share of runs that do not collapse, over settings. A run has collapsed when it diverged, when its
    final Inception score is below the share `kept` of its own highest, or when the entropy of its classes
    is below the share `classes` of the most that any run of the claim reaches."""
    pairs = matched(evidence, "dfm", "control")
    entropies = [value for run in experiments(pairs) for value in known(_counted("class_entropy", run))]
    least = classes * max(entropies, default=0.0)
    sound = {run.name: _sound(run, kept, least) for run in experiments(pairs)}
    told = [f"{name}: {sum(each.values())} of {len(each)} without collapse" for name, each in sound.items()]
    ours, theirs = (pooled(sound[run.name] for run in evidence[role]) for role in ("dfm", "control"))
    what = "share of runs without collapse, with denoising minus the control"
    return over_a_range(shares(ours, theirs, what).noting(*told), len(pairs))


@claim("dfm", "C6", roles=("runs",))
def robust_to_width(evidence: Roles, *, margin: float) -> Finding:
    """Final Inception scores of denoisers at least as wide as D's features equal each other up to the share
    `margin` of their mean; narrower ones are told beside them."""
    widths = {run.name: _relative_width(run) for run in evidence["runs"]}
    runs = sorted(evidence["runs"], key=lambda run: widths[run.name])
    named = {run.name: f"width {format_number(widths[run.name])} n_h" for run in runs}
    told = [f"{named[run.name]}: {_average(headline(run))}" for run in runs]
    wide = [run for run in runs if widths[run.name] >= 1]
    scores = [value for run in wide for value in known(headline(run))]
    if len(wide) < 2 or not scores:
        reason = "two widths of at least n_h with runs that trained are needed"
        return unmeasured("Inception score over widths", reason).noting(*told)
    first, allowed = wide[0], margin * float(np.mean(scores))
    what = f"Inception score, minus that of {named[first.name]}"
    return all_of({
        named[run.name]: equivalent(headline(run), headline(first), what, margin=allowed) for run in wide[1:]
    }).noting(*told)  # fmt: skip


@claim("dfm", "C7", roles=("annealed", "fixed"))
def annealing_gains_nothing(evidence: Roles, *, margin: float) -> Finding:
    """Final Inception score with σ annealed exceeds that with fixed σ by less than the share `margin` of
    the latter, for every schedule."""
    fixed, what = headline(one(evidence, "fixed")), "Inception score, σ annealed minus fixed"
    if not known(fixed):
        return unmeasured(what, "no run with a fixed σ trained")
    allowed = margin * float(np.mean(known(fixed)))
    return all_of({
        run.name: paired(headline(run), fixed, what, higher=False, margin=-allowed)
        for run in evidence["annealed"]
    })  # fmt: skip


CONNECTED = "Inception score, fully connected minus convolutional"
C8 = Compare(headline, "connected", "convolutional", CONNECTED)


@claim("dfm", "C9", studies=("denoisers",))
def denoiser_estimates_the_score(
    evidence: Roles, *, denoisers: Studied, noise: float, small: float, aligned: float, margin: float
) -> Finding:
    """Eq. 11 on a mixture. Denoisers trained at σ = `noise` have a cosine with the score above `aligned`, and
    the slope of the best possible one up to the share `margin`; at σ = `small` the latter is σ² times the
    score up to that share, which is Eq. 11 in its limit."""
    law = fields.law_of(denoisers)
    cosines, slopes, limit, best = {}, {}, {}, {}
    for seed in denoisers.block.seeds:
        x = fields.points(denoisers, seed)
        score = numerics.score(law, x)
        ideal = {s: numerics.fit(numerics.optimal_denoiser(law, s, x) - x, score) for s in (noise, small)}
        found = numerics.fit(fields.field(denoisers, "among_corrupted", noise, seed), score)
        cosines[seed], slopes[seed] = found.cosine, abs(found.slope / ideal[noise].slope - 1)
        gaps = 1 - ideal[small].cosine, abs(ideal[small].slope / small**2 - 1)
        limit[f"points {seed}"], best[seed] = max(gaps), ideal[noise].slope / noise**2
    at, of_best = f"trained at σ = {format_number(noise)}", "that of the best possible denoiser"
    told = (
        f"slope over σ² of the best possible denoiser at σ = {format_number(noise)}: {listed(best.values())}"
    )
    return all_of({
        "direction": against(cosines, aligned, f"cosine with the score, {at}"),
        "length": against(slopes, margin, f"relative gap of the slope to {of_best}, {at}", higher=False),
        "limit": identity(limit, margin, f"gap of the best denoiser to Eq. 11 at σ = {format_number(small)}"),
    }).noting(told)  # fmt: skip


@claim("dfm", "C10")
def jacobian_term(
    evidence: Roles, *, points: int, bend: float, sigma: float, seeds: Sequence[int], tolerance: float
) -> Finding:
    """Both sides of Eq. 8 with the corrected sign agree up to `tolerance`; without the term they do not."""
    law, phi = Law(numerics.CENTRES, sigma), numerics.Coupling(bend)
    errors, without, printed = {}, {}, {}
    for seed in seeds:
        x = law.sample(points, numpy_stream(seed, "claims/dfm-C10"))
        left = numerics.numeric_feature_score(phi, law, phi.forward(x))
        sides = {sign: numerics.feature_score(phi, law, x, sign) for sign in (-1, 0, 1)}
        gaps = {sign: float(np.abs(side - left).max()) for sign, side in sides.items()}
        errors[f"points {seed}"], without[seed], printed[seed] = gaps[-1], gaps[0], gaps[1]
    told = f"with the sign as printed the sides differ by {format_number(max(printed.values()))}"
    return all_of({
        "corrected sign": identity(errors, tolerance, "largest difference of both sides of Eq. 8"),
        "without the term": against(without, tolerance, "largest difference without it"),
    }).noting(told)  # fmt: skip


OVER = "of ‖Φ(G) − r(Φ(G))‖²/n_h over the second half, with denoising minus the control"
C12 = AllOf({
    "error": Compare(log_denoising_error, "dfm", "control", f"log10 {OVER}", higher=False),
    "relative to the features' variance": Compare(
        log_relative_denoising_error, "dfm", "control",
        f"log10, relative to the features' variance, {OVER}", higher=False,
    ),
})  # fmt: skip


@claim("dfm", "C13")
def blind_to_spread(
    evidence: Roles, *, sigma: float, noise: float, spread: float, points: int, seeds: Sequence[int],
    tolerance: float, margin: float,
) -> Finding:  # fmt: skip
    """Generators with the data's mean and spread, and with `spread` times the latter: Eq. 10 is 0 for both,
    up to `tolerance`, while the first term of Eq. 4 differs by more than the share `margin`."""
    law = Law(numerics.CENTRES, sigma)
    matching, change = {}, {}
    for seed in seeds:
        data = law.sample(points, numpy_stream(seed, "claims/dfm-C13"))
        mean = data.mean(axis=0)
        other = mean + spread * (data - mean)
        matching[f"the data's spread, points {seed}"] = numerics.feature_matching(data, mean)
        matching[f"{format_number(spread)} times it, points {seed}"] = numerics.feature_matching(other, mean)
        errors = [numerics.denoising_error(law, noise, fake) for fake in (other, data)]
        change[seed] = abs(errors[0] / errors[1] - 1)
    what = f"relative change of the denoising error at {format_number(spread)} times the data's spread"
    return all_of({
        "denoising": against(change, margin, what),
        "feature matching": identity(matching, tolerance, "value of Eq. 10"),
    })  # fmt: skip


def _counted(name: str, run: Evidence) -> Runs:
    """The metric whose name ends in the number of samples."""
    return finals(run, f"{name}{run.experiment.sample.count}")


def _has(name: str, run: Evidence) -> bool:
    return has_metric(run, f"{name}{run.experiment.sample.count}")


def _average(runs: Runs) -> str:
    values = known(runs)
    return format_number(float(np.mean(values)) if values else None)


def _varieties(evidence: Roles) -> Iterator[str]:
    for run in experiments(matched(evidence, "dfm", "control")):
        if _has("class_entropy", run):
            average = _average(_counted("class_entropy", run))
            yield f"{run.name}: entropy of all samples' classes {average}"


def _of_samples(name: str, what: str, *, higher: bool) -> Compare:
    return Compare(
        partial(_counted, name), "dfm", "control",
        f"{what}, mean over samples, with denoising minus the control", higher=higher,
        measured=partial(_has, name), lacking="an experiment has no metric 'class_entropy'",
    )  # fmt: skip


# Each sample's own classes, apart from the variety of the classes over all samples.
C14 = AllOf({
    "conditional_entropy": _of_samples(
        "conditional_entropy", "entropy of a sample's classes in nats", higher=False
    ),
    "class_confidence": _of_samples(
        "class_confidence", "largest class probability of a sample", higher=True
    ),
}, told=_varieties)  # fmt: skip


def _sound(run: Evidence, kept: float, least: float) -> Passed:
    """Whether each seed trained, kept its score, and shows enough classes.

    Raises PipelineError when the scores over training are not known.
    """
    if not run.experiment.evaluate.every_snapshot:
        raise PipelineError(
            f"experiments.{run.name}.evaluate.every_snapshot must be true, to see whether its score drops."
        )
    _, rows = curve(run, run.experiment.evaluate.headline)
    entropy = _counted("class_entropy", run)
    found: dict[Hashable, bool] = {}
    for seed, value in headline(run).items():
        found[seed] = (
            value is not None
            and value >= kept * float(np.nanmax(rows[seed]))
            and (classes := entropy[seed]) is not None
            and classes >= least
        )
    return found


def _relative_width(run: Evidence) -> float:
    """Width of the denoiser over n_h. Raises PipelineError when either is not set by a number."""
    train = run.experiment.train
    layer, guidance = train.networks.discriminator.features, train.guidance
    if layer is None or not isinstance(guidance, Denoising) or guidance.denoiser.kind != "fully_connected":
        raise PipelineError(
            f"experiments.{run.name} needs networks.discriminator.features and a fully connected denoiser, "
            "to compare their widths."
        )
    return guidance.denoiser.width / layer.width
