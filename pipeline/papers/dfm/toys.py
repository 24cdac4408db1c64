"""The mathematics of `dfm` on known laws: Eq. 6–9, Eq. 10 against Eq. 4, and Eq. 11."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.random_streams import numpy_stream
from pipeline.datasets.mixture import Law
from pipeline.figures import density, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures.evidence import Evidence
from pipeline.papers.dfm import fields, numerics
from pipeline.papers.registry import result
from pipeline.studies import Studied

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OPTIMAL, MATCHING, DENOISING = style.THEORY, style.PALETTE[3], style.PALETTE[2]
# The kinds of trained denoisers, and what a study calls their fields
TRAINED = {"trained": "among_corrupted", "trained, own statistics": "alone"}


@result("dfm", "eq6-9")
def feature_map(
    evidence: dict[str, Evidence], *, points: int, shown: int, bend: float, sigma: float, seed: int
) -> Drawing:
    """Both sides of Eq. 8 at points of a known law, with the printed sign and with the corrected one."""
    law, phi = Law(numerics.CENTRES, sigma), numerics.Coupling(bend)
    x = law.sample(points, numpy_stream(seed, "dfm/eq6-9"))
    left = numerics.numeric_feature_score(phi, law, phi.forward(x))
    sides = {name: numerics.feature_score(phi, law, x, sign) for name, sign in (("−", -1), ("+", 1))}
    mass = {power: numerics.total_mass(phi, law, power) for power in (-1, 1)}
    columns = {
        "x": x,
        "∂log q/∂Φ from Φ⁻¹": left,
        "Eq. 8, corrected sign (−)": sides["−"],
        "Eq. 8, printed sign (+)": sides["+"],
    }
    rows: list[Row] = [{name: _pair(at[n]) for name, at in columns.items()} for n in range(shown)]
    errors = {name: float(np.abs(side - left).max()) for name, side in sides.items()}
    checks = (
        (f"largest difference over {points} points", f"{errors['−']:.0e}", f"{errors['+']:.3f}"),
        ("mass ∫ q(Φ) dΦ", f"{mass[-1]:.4f}, with q = p/|det J|", f"{mass[1]:.4f}, with q = p·|det J|"),
    )
    rows += [dict(zip(columns, (what, "", *found), strict=True)) for what, *found in checks]
    names = [
        "x", "$\\partial\\log q/\\partial\\Phi$\nfrom $\\Phi^{-1}$",
        "right side of Eq. 8\ncorrected sign ($-$)", "right side of Eq. 8\nprinted sign ($+$)",
    ]  # fmt: skip
    figure = tables.figure(names, [list(row.values()) for row in rows], rules=[shown])
    caption = (
        "Equations 6–9 on a mixture of three Gaussians in the plane and a map Φ of two affine couplings. "
        "Left: the score of the features' density q, by differences of log p(Φ⁻¹) + log|det ∂Φ⁻¹|, without "
        "Eq. 8. A change of variables gives q = p/|det J|, and with it (∂log p/∂x − ∂log|det J|/∂x) J⁻¹. The "
        "paper prints q = p·|J| and a plus sign, which hold only if J is the Jacobian of Φ⁻¹ throughout; the "
        "last column has J = ∂Φ/∂x as printed."
    )
    return Drawing(figure, rows, caption)


def _pair(vector: np.ndarray) -> str:
    return "(" + ", ".join(tables.number(float(value), 4) for value in vector) + ")"


LOSSES = {
    "feature matching (Eq. 10)": (MATCHING, "Eq. 10"),
    "denoising error (Eq. 4)": (DENOISING, "Eq. 4, first term"),
}


@result("dfm", "eq10")
def moments(
    evidence: dict[str, Evidence], *, sigma: float, noise: float, spreads: list[float], points: int, seed: int
) -> Drawing:
    """Generators with the data's mean features and another spread: Eq. 10 beside the first term of Eq. 4."""
    law = Law(numerics.CENTRES, sigma)
    data = law.sample(points, numpy_stream(seed, "dfm/eq10"))
    mean = data.mean(axis=0)
    sweep = sorted({*np.round(np.linspace(0, max(spreads), 41), 6), 0.0, 1.0})
    rows = []
    for spread in sweep:
        fake = mean + spread * (data - mean)
        losses = (numerics.feature_matching(fake, mean), numerics.denoising_error(law, noise, fake))
        found = {name: round(loss, 6) for name, loss in zip(LOSSES, losses, strict=True)}
        rows.append({"spread": float(spread), **found})
    figure, axes = style.canvas(1, len(spreads) + 1, height=2.2, width_ratios=[*[1] * len(spreads), 1.7])
    for letter, axis, spread in zip("abcdefgh", axes[0], spreads, strict=False):
        density.scatter(axis, data[:400], color=style.REAL, label="data", size=2)
        made = mean + spread * (data[400:800] - mean)
        density.scatter(axis, made, color=style.GENERATED, label="generated", size=5)
        density.box_limits(axis, -2.0, 2.0, 0.6)
        style.letter(axis, f"({letter}) spread {spread:g}")
    curve = axes[0, -1]
    for name, (color, label) in LOSSES.items():
        curve.plot(sweep, [row[name] for row in rows], color=color, label=label)
    curve.axvline(1, color=style.MUTED, linewidth=0.7, linestyle=":")
    curve.set(xlabel="spread of the generator", ylabel="loss")
    curve.legend()
    style.letter(curve, f"({'abcdefgh'[len(spreads)]}) both losses")
    caption = (
        "Generators x = m + s·(x_data − m) (vermilion) of different spread s that all have the mean m of the "
        "data (blue); the features are the points themselves. Right: feature matching (Eq. 10), and the "
        f"denoising error of Eq. 4 per feature with the best possible denoiser at σ = {noise:g}, against the "
        "spread; dotted: the data's own."
    )
    return Drawing(figure, rows, caption)


@result("dfm", "eq11", studies=("denoisers",))
def denoiser_score(evidence: dict[str, Evidence], *, denoisers: Studied, drawn: float) -> Drawing:
    """r(x) − x against the score over the corruption's σ, for the best denoiser and for trained ones."""
    law, noises, seeds = fields.law_of(denoisers), denoisers.block.noises, denoisers.block.seeds
    if law.means.shape[1] != 2:
        raise PipelineError(
            f"studies.{denoisers.name}.law.centres: the arrows of Eq. 11 are drawn in the plane."
        )
    x = fields.points(denoisers, seeds[0])
    score = numerics.score(law, x)
    rows: list[Row] = []
    for noise in noises:
        rows.append(_fit_row("optimal", noise, "", numerics.optimal_denoiser(law, noise, x) - x, score))
        for seed in seeds:
            at = numerics.score(law, fields.points(denoisers, seed))
            for kind, name in TRAINED.items():
                rows.append(_fit_row(kind, noise, seed, fields.field(denoisers, name, noise, seed), at))
    figure, axes = style.canvas(1, 3, height=2.5, width_ratios=[1.1, 1, 1])
    arrows, slope, cosine = axes[0]
    shown = slice(0, 100)
    trained = fields.field(denoisers, TRAINED["trained"], drawn, seeds[0])
    _arrows(arrows, x[shown], drawn**2 * score[shown], trained[shown])
    style.letter(arrows, rf"(a) $r(x)-x$ at $\sigma={drawn:g}$")
    _sweep(slope, rows, "slope")
    line = np.array([min(noises), max(noises)])
    slope.plot(line**2, line**2, color=style.MUTED, linestyle=":", linewidth=1, label=r"$\sigma^2$")
    slope.set(xscale="log", yscale="log", xlabel=r"$\sigma^2$", ylabel="slope on the score")
    style.letter(slope, "(b) slope")
    _sweep(cosine, rows, "cosine")
    cosine.set(xscale="log", xlabel=r"$\sigma^2$", ylabel="cosine with the score")
    style.letter(cosine, "(c) direction")
    style.legend_below(figure, slope)
    caption = (
        "r(x) − x of a denoiser of clean points x from a known law, a mixture of Gaussians in the plane: (a) "
        "trained (vermilion) beside σ²·∂log p/∂x (black); (b) its least-squares slope on the score, which "
        "Eq. 11 says is proportional to σ² for small σ; (c) the cosine of the two fields. Trained denoisers "
        "have the paper's form, with batch norm in all but the output layer; every seed is a dot. Clean "
        "points normalised with their own statistics, as generated features are in Eq. 4, are stretched to "
        "the scale of corrupted ones."
    )
    return Drawing(figure, rows, caption)


def _fit_row(kind: str, noise: float, seed: int | str, field: np.ndarray, score: np.ndarray) -> Row:
    found = numerics.fit(field, score)
    return {
        "denoiser": kind,
        "sigma": noise,
        "seed": seed,
        "slope": round(found.slope, 4),
        "slope_over_sigma2": round(found.slope / noise**2, 3),
        "cosine": round(found.cosine, 3),
    }


def _arrows(axis: Axes, x: np.ndarray, expected: np.ndarray, found: np.ndarray) -> None:
    options: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1.0, "width": 0.006}
    axis.quiver(*x.T, *expected.T, color=OPTIMAL, **options)
    axis.quiver(*x.T, *found.T, color=style.GENERATED, **options)
    density.box_limits(axis, -2.0, 2.0, 0.1)


STYLES = {
    "optimal": (OPTIMAL, "-", "best possible $r$"),
    "trained": (style.GENERATED, "o-", "trained $r$, normalised as in training"),
    "trained, own statistics": (style.PALETTE[5], "s--", "trained $r$, normalised as in Eq. 4"),
}


def _sweep(axis: Axes, rows: list[Row], name: str) -> None:
    for kind, (color, form, label) in STYLES.items():
        mine = [row for row in rows if row["denoiser"] == kind]
        noises = sorted({row["sigma"] for row in mine})
        means = [np.mean([row[name] for row in mine if row["sigma"] == noise]) for noise in noises]
        squares = np.square(noises)
        axis.plot(squares, means, form, color=color, label=label, markersize=3)
        if kind != "optimal":
            axis.plot(
                [row["sigma"] ** 2 for row in mine], [row[name] for row in mine], form[0], color=color,
                markersize=2, alpha=0.4,
            )  # fmt: skip
