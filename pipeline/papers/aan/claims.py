"""Claims of `aan`, Associative Adversarial Networks, in their order."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import Compare, one
from pipeline.claims.finding import Finding, Verdict, all_of, format_number, unmeasured
from pipeline.claims.rules import against, paired
from pipeline.measures.evidence import Roles
from pipeline.measures.mixing import (
    autocorrelation_times,
    feature_spread,
    first_flips,
    least_entropies,
    own_shares,
)
from pipeline.measures.reading import finals, has_metric, headline, part
from pipeline.measures.runs import known
from pipeline.measures.training import late, late_ratio
from pipeline.papers.registry import claim
from pipeline.params.seams import RBM

LOG_HALF = -math.log(2)


def sizes(evidence: Roles) -> Iterator[str]:
    """How many inputs stand for the paper's 100 and 1000."""
    dims = {role: [str(run.experiment.train.prior.dim) for run in runs] for role, runs in evidence.items()}
    yield "; ".join(f"{role}: {', '.join(dict.fromkeys(each))} inputs" for role, each in dims.items())


# A diverged run counts as R = 0, where D wins.
C1 = Compare(
    late_ratio, "aan", "gan", "R over the second half of training, AAN minus GAN with as many inputs",
    failure=0.0,
)  # fmt: skip
C2 = Compare(
    late_ratio, "small", "large", "R over the second half of training, few inputs minus many",
    failure=0.0, told=sizes,
)  # fmt: skip


@claim("aan", "C3", roles=("small", "large"))
def small_memory_mixes(evidence: Roles) -> Finding:
    """Autocorrelation time of the visible units, and share of images of another class after one step."""
    small, large = one(evidence, "small"), one(evidence, "large")
    what = "autocorrelation time in Gibbs steps, small RBM minus large"
    chain = paired(autocorrelation_times(small), autocorrelation_times(large), what, higher=False)
    what = "share of images whose class is not their start's after one step, small RBM minus large"
    if all(any(name.startswith("gibbs_probabilities") for name in run.arrays) for run in (small, large)):
        images = paired(first_flips(small), first_flips(large), what)
    else:
        images = unmeasured(what, "the data set has no classifier to see attributes with")
    return all_of({"chain": chain, "images": images}).noting(*sizes(evidence))


@claim("aan", "C4", roles=("small", "large"))
def small_features_spread(evidence: Roles) -> Finding:
    """Entropy of a unit, correlation of pairs and participation ratio of D's features."""
    asked = {
        "units": ("entropy of a unit in nats", True),
        "pairs": ("root mean square correlation of pairs", False),
        "directions": ("participation ratio over the number of units", True),
    }
    small, large = (feature_spread(one(evidence, role)) for role in ("small", "large"))
    return all_of({
        name: paired(few, many, f"{what}, small minus large", higher=higher)
        for (name, (what, higher)), few, many in zip(asked.items(), small, large, strict=True)
    }).noting(*sizes(evidence))  # fmt: skip


@claim("aan", "C5", roles=("aan",))
def memory_is_a_model(evidence: Roles) -> Finding:
    """Held-out likelihood over independent units, and FID of G on the memory's samples against ±1 noise."""
    run = one(evidence, "aan")
    signs = f"fid_signs{run.experiment.evaluate.headline.removeprefix('fid')}"
    what = "held-out log P(v) of the memory minus that of independent units, in nats"
    likelihood = paired(finals(run, "loglik_memory"), finals(run, "loglik_bernoulli"), what)
    what = "FID of G on the memory's samples minus on independent ±1 inputs"
    if has_metric(run, signs):
        images = paired(headline(run), finals(run, signs), what, higher=False)
    else:
        images = unmeasured(what, f"the experiment has no metric {signs}: add signs_fidelity")
    return all_of({"likelihood": likelihood, "images": images})


C6 = Compare(headline, "aan", "gan", "FID, AAN minus GAN", higher=False)


@claim("aan", "C7", roles=("binary", "gaussian"))
def gaussian_memory_fails(evidence: Roles) -> Finding:
    """FID with a Gaussian RBM on LeakyReLU features against the ±1 RBM on tanh features.

    A diverged run enters as the largest FID of the runs that trained.
    """
    binary, gaussian = (headline(one(evidence, role)) for role in ("binary", "gaussian"))
    worst = max([*known(binary), *known(gaussian)], default=None)
    return paired(gaussian, binary, "FID, Gaussian RBM minus ±1 RBM", failure=worst)


@claim("aan", "C8", roles=("runs",))
def d_wins(evidence: Roles, *, near: float) -> Finding:
    """E log D(x) within `near` nats of zero, and E log D(G) below log ½, over the last tenth of training."""
    parts, when = {}, "over the last tenth of training"
    for run in evidence["runs"]:
        real, fake = (late(run, f"log_d_{name}", 0.9) for name in ("real", "fake"))
        parts[f"{run.name}, real"] = against(real, -near, f"E log D(x) {when}")
        parts[f"{run.name}, generated"] = against(fake, LOG_HALF, f"E log D(G) {when}", higher=False)
    return all_of(parts)


@claim("aan", "C9", roles=("aan",))
def chains_do_not_reconstruct(evidence: Roles, *, least: float) -> Finding:
    """Distance of G(f₁) to its own x over its distance to other x: 1 without, 0 for perfect reconstruction.

    Images further than the share `least` of the distance to a stranger are no reconstructions.
    """
    what = "distance of the first chain image to its own start over that to others"
    return all_of({run.name: against(own_shares(run), least, what) for run in evidence["aan"]})


@claim("aan", "C10", roles=("aan",))
def memory_can_collapse(evidence: Roles, *, share: float) -> Finding:
    """The least entropy of the memory's units over training, as a share of log 2.

    The claim is that a collapse is possible: one run below `share` shows it, and no number of runs above
    can refute it.
    """
    least: dict[str, float] = {}
    for run in evidence["aan"]:
        if part(run, "prior", RBM).visible != "binary":
            raise PipelineError(f"experiments.{run.name} has an RBM of Gaussian units: take one of ±1 units.")
        least |= {f"{run.name}, seed {seed}": value for seed, value in least_entropies(run).items()}
    collapsed = sum(value < share for value in least.values())
    told = (
        f"{collapsed} of {len(least)} runs",
        "; ".join(f"{name}: {format_number(value)}" for name, value in least.items()),
    )
    return Finding(
        Verdict.SUPPORTED if collapsed else Verdict.INCONCLUSIVE,
        "least entropy of the memory's units during training, as a share of log 2",
        min(least.values(), default=None), None, None, len(least),
        f"One run that falls below {format_number(share)} supports; none leaves the claim open.", told,
    )  # fmt: skip
