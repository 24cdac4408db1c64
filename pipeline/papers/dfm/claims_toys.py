"""Claims of `dfm` that hold on known laws: what a denoiser estimates, Eq. 6–9, and Eq. 10 against Eq. 4."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.base.random_streams import numpy_stream
from pipeline.claims.finding import Finding, all_of, figure
from pipeline.claims.rules import against, identity
from pipeline.claims.runs import listed
from pipeline.datasets.mixture import Law
from pipeline.measures.evidence import Roles
from pipeline.papers.dfm import fields, numerics
from pipeline.papers.registry import claim
from pipeline.studies import Studied


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
    at, of_best = f"trained at σ = {figure(noise)}", "that of the best possible denoiser"
    told = f"slope over σ² of the best possible denoiser at σ = {figure(noise)}: {listed(best.values())}"
    return all_of({
        "direction": against(cosines, aligned, f"cosine with the score, {at}", higher=True),
        "length": against(slopes, margin, f"relative gap of the slope to {of_best}, {at}", higher=False),
        "limit": identity(limit, margin, f"gap of the best denoiser to Eq. 11 at σ = {figure(small)}"),
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
    return all_of({
        "corrected sign": identity(errors, tolerance, "largest difference of both sides of Eq. 8"),
        "without the term": against(without, tolerance, "largest difference without it", higher=True),
    }).noting(f"with the sign as printed the sides differ by {figure(max(printed.values()))}")  # fmt: skip


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
        matching[f"{figure(spread)} times it, points {seed}"] = numerics.feature_matching(other, mean)
        errors = [numerics.denoising_error(law, noise, fake) for fake in (other, data)]
        change[seed] = abs(errors[0] / errors[1] - 1)
    what = f"relative change of the denoising error at {figure(spread)} times the data's spread"
    return all_of({
        "denoising": against(change, margin, what, higher=True),
        "feature matching": identity(matching, tolerance, "value of Eq. 10"),
    })  # fmt: skip
