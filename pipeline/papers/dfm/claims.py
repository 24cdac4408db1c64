"""Claims of `dfm`, Improving Generative Adversarial Networks with Denoising Feature Matching.

Those that need no training of a GAN stand in `dfm_toys.py`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import partial

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import compare, experiments, matched, one, over_a_range, pooled, unmeasured
from pipeline.claims.finding import Finding, Verdict, all_of, figure
from pipeline.claims.rates import Passed, shares
from pipeline.claims.rules import against, equivalent, paired
from pipeline.claims.runs import known, subtracted
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import finals
from pipeline.measures.runs import curve, has_metric, headline, late, mapped
from pipeline.papers.registry import claim
from pipeline.params.seams import Denoising

SCORE = "Inception score, with denoising minus the control"
# What the printed scores of CIFAR-10 are of (Table 1).
PRINTED = ("cifar10", "inception", "is10x5000")
# What is less is this, so that it has a logarithm.
TINY = 1e-12


@claim("dfm", "C1", roles=("dfm", "control"))
@claim("dfm", "C2", roles=("dfm", "control"))
@claim("dfm", "C3", roles=("dfm", "control"))
def higher_score(evidence: Roles) -> Finding:
    """Final Inception score with λ_denoise = 0.03/n_h and with 0, seed by seed."""
    return compare(matched(evidence, "dfm", "control"), headline, SCORE, higher=True)


@claim("dfm", "C4", roles=("dfm",))
def between_the_others(evidence: Roles, *, above: float, below: float) -> Finding:
    """Final Inception score between two printed ones, which hold for their own data and protocol alone."""
    run = one(evidence, "dfm")
    name = run.experiment.evaluate.headline
    ran = (run.dataset.prepare.kind, run.metrics["features"]["kind"], name)
    if ran != PRINTED:
        told = f"printed scores are of {' and '.join(PRINTED)}; the runs are of {' and '.join(ran)}"
        rule = "Only like is compared."
        return Finding(Verdict.UNTESTED, "Inception score", None, None, None, 0, rule, (told,))
    return all_of({
        f"above {figure(above)}": against(headline(run), above, "Inception score", higher=True),
        f"below {figure(below)}": against(headline(run), below, "Inception score", higher=False),
    })  # fmt: skip


@claim("dfm", "C5", roles=("dfm", "control"))
def no_collapse(evidence: Roles, *, kept: float, classes: float) -> Finding:
    """Share of runs that do not collapse, over settings. A run has collapsed when it diverged, when its
    final Inception score is below the share `kept` of its own highest, or when the entropy of its classes
    is below the share `classes` of the most that any run of the claim reaches."""
    pairs = matched(evidence, "dfm", "control")
    runs = experiments(pairs)
    entropies = [value for run in runs for value in known(_counted("class_entropy", run))]
    least = classes * max(entropies, default=0.0)
    sound = {run.name: _sound(run, kept, least) for run in runs}
    told = [
        f"{name}: {sum(runs_.values())} of {len(runs_)} without collapse" for name, runs_ in sound.items()
    ]
    ours, theirs = (pooled(sound[run.name] for run in evidence[role]) for role in ("dfm", "control"))
    what = "share of runs without collapse, with denoising minus the control"
    return over_a_range(shares(ours, theirs, what).noting(*told), len(pairs))


@claim("dfm", "C6", roles=("runs",))
def robust_to_width(evidence: Roles, *, margin: float) -> Finding:
    """Final Inception scores of denoisers at least as wide as D's features equal each other up to the share
    `margin` of their mean; narrower ones are told beside them."""
    runs = sorted(evidence["runs"], key=_relative_width)
    wide = [run for run in runs if _relative_width(run) >= 1]
    told = [f"width {figure(_relative_width(run))} n_h: {_average(headline(run))}" for run in runs]
    scores = [value for run in wide for value in known(headline(run))]
    if len(wide) < 2 or not scores:
        reason = "two widths of at least n_h with runs that trained are needed"
        return unmeasured("Inception score over widths", reason).noting(*told)
    allowed = margin * float(np.mean(scores))
    first = wide[0]
    return all_of({
        f"width {figure(_relative_width(run))} n_h": equivalent(
            headline(run), headline(first),
            f"Inception score, minus that of width {figure(_relative_width(first))} n_h", margin=allowed,
        )
        for run in wide[1:]
    }).noting(*told)  # fmt: skip


@claim("dfm", "C7", roles=("annealed", "fixed"))
def annealing_gains_nothing(evidence: Roles, *, margin: float) -> Finding:
    """Final Inception score with σ annealed exceeds that with fixed σ by less than the share `margin` of
    the latter, for every schedule."""
    fixed, parts = one(evidence, "fixed"), {}
    scores = known(headline(fixed))
    if not scores:
        return unmeasured("Inception score, σ annealed minus fixed", "no run with a fixed σ trained")
    allowed = margin * float(np.mean(scores))
    for run in evidence["annealed"]:
        what = "Inception score, σ annealed minus fixed"
        parts[run.name] = paired(headline(run), headline(fixed), what, higher=False, margin=-allowed)
    return all_of(parts)


@claim("dfm", "C8", roles=("connected", "convolutional"))
def connected_is_better(evidence: Roles) -> Finding:
    """Final Inception score with a fully connected denoiser and with a convolutional one."""
    pairs = matched(evidence, "connected", "convolutional")
    return compare(pairs, headline, "Inception score, fully connected minus convolutional", higher=True)


@claim("dfm", "C12", roles=("dfm", "control"))
def denser_features(evidence: Roles) -> Finding:
    """Denoising error of generated features over the second half of training, as it is and over the
    variance of real features, since D is free to scale them."""
    pairs = matched(evidence, "dfm", "control")
    what = "of ‖Φ(G) − r(Φ(G))‖²/n_h over the second half, with denoising minus the control"
    return all_of({
        "error": compare(pairs, _log_error, f"log10 {what}", higher=False),
        "relative to the features' variance": compare(
            pairs, _log_relative_error, f"log10, relative to the features' variance, {what}", higher=False
        ),
    })  # fmt: skip


@claim("dfm", "C14", roles=("dfm", "control"))
def recognisable_objects(evidence: Roles) -> Finding:
    """Entropy of each sample's own classes, lower, and its largest class probability, higher, apart from
    the entropy of the classes over all samples."""
    pairs = matched(evidence, "dfm", "control")
    minus = "mean over samples, with denoising minus the control"
    asked = (
        ("conditional_entropy", f"entropy of a sample's classes in nats, {minus}", False),
        ("class_confidence", f"largest class probability of a sample, {minus}", True),
    )
    runs, parts = experiments(pairs), {}
    for name, what, higher in asked:
        if all(_has(name, run) for run in runs):
            parts[name] = compare(pairs, partial(_counted, name), what, higher=higher)
        else:
            parts[name] = unmeasured(what, "an experiment has no metric 'class_entropy'")
    variety = [run for run in runs if _has("class_entropy", run)]
    told = [f"{run.name}: entropy of all samples' classes {_average(_counted('class_entropy', run))}"
            for run in variety]  # fmt: skip
    return all_of(parts).noting(*told)


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
        classes = entropy[seed]
        found[seed] = (
            value is not None
            and value >= kept * float(np.nanmax(rows[seed]))
            and classes is not None
            and classes >= least
        )
    return found


def _counted(name: str, run: Evidence) -> Runs:
    """The metric whose name ends in the number of samples."""
    return finals(run, f"{name}{run.experiment.sample.count}")


def _has(name: str, run: Evidence) -> bool:
    return has_metric(run, f"{name}{run.experiment.sample.count}")


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


def _log_error(run: Evidence) -> Runs:
    return mapped(late(run, "denoising_error"), lambda error: math.log10(max(error, TINY)))


def _log_relative_error(run: Evidence) -> Runs:
    scale = mapped(late(run, "feature_variance"), lambda variance: math.log10(max(variance, TINY)))
    return subtracted(_log_error(run), scale)


def _average(runs: Runs) -> str:
    values = known(runs)
    return figure(float(np.mean(values)) if values else None)
