"""Claims of `aan`, Associative Adversarial Networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import compare, matched, one, unmeasured
from pipeline.claims.finding import Finding, Verdict, all_of, figure
from pipeline.claims.rules import against, paired
from pipeline.claims.runs import known
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.measures.reading import diverged, finals
from pipeline.measures.runs import combined, has_metric, headline, late, logged
from pipeline.papers.aan.numerics import autocorrelation, distances, flip_rate, spread_of_features
from pipeline.papers.registry import claim
from pipeline.params.seams import RBM

LOG_HALF = -math.log(2)
T = TypeVar("T")


@claim("aan", "C1", roles=("aan", "gan"))
def g_follows_d(evidence: Roles) -> Finding:
    """R of Sec. 6.2 over the second half of training; a diverged run counts as R = 0, where D wins."""
    pairs = matched(evidence, "aan", "gan")
    what = "R over the second half of training, AAN minus GAN with as many inputs"
    return compare(pairs, late_ratio, what, higher=True, failure=0.0)


@claim("aan", "C2", roles=("small", "large"))
def many_inputs_lag(evidence: Roles) -> Finding:
    """R with few inputs against R with many, for both methods."""
    pairs = matched(evidence, "small", "large")
    what = "R over the second half of training, few inputs minus many"
    return compare(pairs, late_ratio, what, higher=True, failure=0.0).noting(sizes(evidence))


@claim("aan", "C3", roles=("small", "large"))
def small_memory_mixes(evidence: Roles) -> Finding:
    """Autocorrelation time of the visible units, and share of images of another class after one step."""
    runs = one(evidence, "small"), one(evidence, "large")
    times = [of_runs(run, "gibbs_states", autocorrelation_time) for run in runs]
    what = "autocorrelation time in Gibbs steps, small RBM minus large"
    parts = {"chain": paired(times[0], times[1], what, higher=False)}
    what = "share of images whose class is not their start's after one step, small RBM minus large"
    if all(any(name.startswith("gibbs_probabilities") for name in run.arrays) for run in runs):
        flips = [of_runs(run, "gibbs_probabilities", first_flips) for run in runs]
        parts["images"] = paired(flips[0], flips[1], what, higher=True)
    else:
        parts["images"] = unmeasured(what, "the data set has no classifier to see attributes with")
    return all_of(parts).noting(sizes(evidence))


@claim("aan", "C4", roles=("small", "large"))
def small_features_spread(evidence: Roles) -> Finding:
    """Entropy of a unit, correlation of pairs and participation ratio of D's features."""
    asked = (
        ("units", "entropy of a unit in nats", True),
        ("pairs", "root mean square correlation of pairs", False),
        ("directions", "participation ratio over the number of units", True),
    )
    small, large = (
        of_runs(one(evidence, role), "features", spread_of_features) for role in ("small", "large")
    )
    return all_of({
        name: paired(nth(small, place), nth(large, place), f"{what}, small minus large", higher=higher)
        for place, (name, what, higher) in enumerate(asked)
    }).noting(sizes(evidence))  # fmt: skip


@claim("aan", "C5", roles=("aan",))
def memory_is_a_model(evidence: Roles) -> Finding:
    """Held-out likelihood over independent units, and FID of G on the memory's samples against ±1 noise."""
    run = one(evidence, "aan")
    name = run.experiment.evaluate.headline
    signs = f"fid_signs{name.removeprefix('fid')}"
    gain = "held-out log P(v) of the memory minus that of independent units, in nats"
    parts = {
        "likelihood": paired(finals(run, "loglik_memory"), finals(run, "loglik_bernoulli"), gain, higher=True)
    }
    what = "FID of G on the memory's samples minus on independent ±1 inputs"
    if has_metric(run, signs):
        parts["images"] = paired(headline(run), finals(run, signs), what, higher=False)
    else:
        parts["images"] = unmeasured(what, f"the experiment has no metric {signs}: add signs_fidelity")
    return all_of(parts)


@claim("aan", "C6", roles=("aan", "gan"))
def memory_helps(evidence: Roles) -> Finding:
    """FID at equal steps with the same D and G."""
    return compare(matched(evidence, "aan", "gan"), headline, "FID, AAN minus GAN", higher=False)


@claim("aan", "C7", roles=("binary", "gaussian"))
def gaussian_memory_fails(evidence: Roles) -> Finding:
    """FID with a Gaussian RBM on LeakyReLU features against the ±1 RBM on tanh features.

    A diverged run enters as the largest FID of the runs that trained.
    """
    binary, gaussian = (headline(one(evidence, role)) for role in ("binary", "gaussian"))
    worst = max([*known(binary), *known(gaussian)], default=None)
    return paired(gaussian, binary, "FID, Gaussian RBM minus ±1 RBM", higher=True, failure=worst)


@claim("aan", "C8", roles=("runs",))
def d_wins(evidence: Roles, *, near: float) -> Finding:
    """E log D(x) within `near` nats of zero, and E log D(G) below log ½, over the last tenth of training."""
    parts, when = {}, "over the last tenth of training"
    for run in evidence["runs"]:
        real, fake = (late(run, f"log_d_{name}", 0.9) for name in ("real", "fake"))
        parts[f"{run.name}, real"] = against(real, -near, f"E log D(x) {when}", higher=True)
        parts[f"{run.name}, generated"] = against(fake, LOG_HALF, f"E log D(G) {when}", higher=False)
    return all_of(parts)


@claim("aan", "C9", roles=("aan",))
def chains_do_not_reconstruct(evidence: Roles, *, least: float) -> Finding:
    """Distance of G(f₁) to its own x over its distance to other x: 1 without, 0 for perfect reconstruction.

    Images further than the share `least` of the distance to a stranger are no reconstructions.
    """
    what = "distance of the first chain image to its own start over that to others"
    return all_of({run.name: against(own_shares(run), least, what, higher=True) for run in evidence["aan"]})


@claim("aan", "C10", roles=("aan",))
def memory_can_collapse(evidence: Roles, *, share: float) -> Finding:
    """The least entropy of the memory's units over training, as a share of log 2.

    The claim is that a collapse is possible: one run below `share` shows it, and no number of runs above
    can refute it.
    """
    least: dict[str, float] = {}
    for run in evidence["aan"]:
        if memory(run).visible != "binary":
            raise PipelineError(f"experiments.{run.name} has an RBM of Gaussian units: take one of ±1 units.")
        _, rows = logged(run, "prior_entropy")
        lowest = {seed: float(np.nanmin(row)) for seed, row in rows.items() if np.isfinite(row).any()}
        least |= {f"{run.name}, seed {seed}": value / math.log(2) for seed, value in lowest.items()}
    collapsed = sum(value < share for value in least.values())
    told = (
        f"{collapsed} of {len(least)} runs",
        "; ".join(f"{name}: {figure(value)}" for name, value in least.items()),
    )
    return Finding(
        Verdict.SUPPORTED if collapsed else Verdict.INCONCLUSIVE,
        "least entropy of the memory's units during training, as a share of log 2",
        min(least.values(), default=None), None, None, len(least),
        f"One run that falls below {figure(share)} supports; none leaves the claim open.", told,
    )  # fmt: skip


def late_ratio(run: Evidence) -> Runs:
    """R = E log D(x) / E log D(G) with both means over the second half of training (Sec. 6.2)."""
    return combined(late(run, "log_d_real"), late(run, "log_d_fake"), lambda real, fake: real / fake)


def sizes(evidence: Roles) -> str:
    """How many inputs stand for the paper's 100 and 1000."""
    told = [
        f"{role}: {', '.join(dict.fromkeys(str(run.experiment.train.prior.dim) for run in runs))} inputs"
        for role, runs in evidence.items()
    ]
    return "; ".join(told)


def autocorrelation_time(states: np.ndarray) -> float:
    """1 + 2 Σ ρ(t) over the lags that the chains have, for states (chains, steps + 1, units)."""
    return float(1 + 2 * autocorrelation(states)[1:].sum())


def first_flips(chances: np.ndarray) -> float:
    """Share of chains (chains, steps + 1, classes) in another class after one step."""
    return float(flip_rate(chances)[0])


def own_shares(run: Evidence) -> Runs:
    """Seed → distance of first images of chains to their own starts over that to the others'."""

    def share(made: np.ndarray) -> float:
        own, others = distances(run.arrays["gibbs_real"], made[:, 0])
        return own / others

    return of_runs(run, "gibbs", share)


def memory(run: Evidence) -> RBM:
    """The RBM's block. Raises PipelineError when the experiment has none."""
    prior = run.experiment.train.prior
    if not isinstance(prior, RBM):
        raise PipelineError(f"experiments.{run.name} has no RBM, since its prior is '{prior.kind}'.")
    return prior


def nth(runs: Mapping[int, tuple[float, ...] | None], place: int) -> Runs:
    return {seed: None if values is None else values[place] for seed, values in runs.items()}


def of_runs(run: Evidence, kind: str, measure: Callable[[np.ndarray], T]) -> dict[int, T | None]:
    """Seed → measure of its array `<kind>_seed<s>`; None where the seed diverged.

    Raises PipelineError when a seed that trained has no such array.
    """
    lost = diverged(run)
    found: dict[int, T | None] = {}
    for seed in run.experiment.seeds:
        name = f"{kind}_seed{seed}"
        if seed not in lost and name not in run.arrays:
            raise PipelineError(f"experiments.{run.name} left no array {name}: see its sample block.")
        found[seed] = None if seed in lost else measure(run.arrays[name])
    return found
