"""Results of `gan` on one-dimensional laws with known densities: D*, C(G) and Algorithm 1."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pipeline.datasets.mixture import law
from pipeline.figures import style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing
from pipeline.measures import laws, reading
from pipeline.measures.evidence import Evidence
from pipeline.metrics import divergence
from pipeline.papers.gan import numerics
from pipeline.papers.gan.lines import D_HAT
from pipeline.papers.registry import result
from pipeline.params.base import Positive
from pipeline.params.datasets import Mixture
from pipeline.params.networks import Affine

MINIMUM = -math.log(4)


@result("gan", "dstar", "The optimal discriminator", each=True)
def dstar(evidence: dict[str, Evidence], *, support: float) -> Drawing:
    """Trained D beside D* for fixed generators; a column of panels per experiment.

    The largest error is taken where p_data + p_g exceeds `support` times its peak.
    """
    figure, axes = style.canvas(
        3, len(evidence), height=4.6, sharex="col", sharey="row", height_ratios=[1, 1.25, 0.95]
    )
    summary = style.wide(figure, axes, 2)
    rows: list[dict[str, Any]] = []
    for column, used in enumerate(evidence.values()):
        grid, p_data, p_g = laws.densities(used)
        best = divergence.optimal_discriminator(p_data, p_g)
        trained = reading.last_snapshots(used, "discriminator")
        _density_panel(axes[0, column], grid, p_data, p_g)
        style.letter(axes[0, column], f"({'abcdefgh'[column]}) {_name(used)}")
        axes[1, column].tick_params(labelbottom=True)
        axes[1, column].set(xlabel="$x$", ylim=(-0.03, 1.03))
        if not trained:
            style.notice(axes[1, column], "every seed diverged")
        else:
            outputs = np.stack(list(trained.values()))
            style.spread(axes[1, column], grid, outputs, label=r"$\hat D$ (mean, seeds)", color=D_HAT)
            axes[1, column].plot(
                grid, best, color=style.THEORY, linestyle=(0, (4, 2)), label="$D^*$", zorder=4, linewidth=1.0
            )
        rows += _error_rows(used, support)
    axes[0, 0].set_ylabel("density")
    axes[1, 0].set_ylabel("$D(x)$")
    _error_table(summary, rows)
    _shared_legend(figure, axes)
    caption = (
        "The discriminator trained against a fixed generator x = shift + z·scale, beside the optimum "
        "D* = p_data/(p_data + p_g) (Eq. 2). Above: both densities; below: D* and the trained D of every "
        "seed. Errors: mean of |D − D*| under (p_data + p_g)/2, and its maximum where p_data + p_g exceeds "
        f"{support:g} of its peak."
    )
    return Drawing(figure, rows, caption)


def _gap(used: Evidence) -> float:
    """Distance between the means of data and generator."""
    generator = used.experiment.train.networks.generator
    assert isinstance(generator, Affine) and isinstance(used.dataset.prepare, Mixture)
    return round(abs(generator.shift - float(law(used.dataset.prepare).means.mean())), 6)


def _name(used: Evidence) -> str:
    """What tells a fixed generator from the others: its gap, and its scale if that is not one."""
    generator = used.experiment.train.networks.generator
    assert isinstance(generator, Affine)
    return f"gap {_gap(used):g}" + (f", scale {generator.scale:g}" if generator.scale != 1 else "")


def _density_panel(axes: Any, grid: np.ndarray, p_data: np.ndarray, p_g: np.ndarray) -> None:
    for density, color, label in (
        (p_data, style.REAL, r"$p_{\mathrm{data}}$"),
        (p_g, style.GENERATED, "$p_g$"),
    ):
        axes.fill_between(grid, density, color=color, alpha=0.15, linewidth=0)
        axes.plot(grid, density, color=color, label=label)


def _error_rows(used: Evidence, support: float) -> list[dict[str, Any]]:
    means, largest = reading.finals(used, "discriminator_error_mean"), laws.largest_errors(used, support)
    return [
        {
            "experiment": used.name, "generator": _name(used), "gap": _gap(used), "seed": seed,
            "mean_error": "diverged" if mean is None else round(mean, 6),
            "max_error": "diverged" if mean is None else round(largest[seed], 6),
        }
        for seed, mean in means.items()
    ]  # fmt: skip


def _error_table(axes: Any, rows: list[dict[str, Any]]) -> None:
    lines = []
    for generator in dict.fromkeys(row["generator"] for row in rows):
        mine = [row for row in rows if row["generator"] == generator]
        values = [
            [float(row[name]) for row in mine if row[name] != "diverged"]
            for name in ("mean_error", "max_error")
        ]
        cells = [_mean_std(v) for v in values]
        lines.append([generator, *cells, f"{len(values[0])} of {len(mine)}"])
    header = ["generator", r"mean $|\hat D-D^*|$", r"max $|\hat D-D^*|$", "seeds trained"]
    tables.panel(axes, header, lines)


def _mean_std(values: list[float]) -> str:
    if not values:
        return tables.MISSING
    return tables.plus_minus(
        float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None, 4
    )


def _shared_legend(figure: Any, axes: np.ndarray) -> None:
    pairs = [pair for row in (0, 1) for pair in zip(*axes[row, 0].get_legend_handles_labels(), strict=True)]
    figure.legend(*zip(*pairs, strict=True), loc="outside lower center", ncols=len(pairs))


@result("gan", "jsd", "The generator's criterion", each=True)
def jsd(evidence: dict[str, Evidence], *, points: Positive) -> Drawing:
    """C(G) and −log 4 + 2 JSD against the gap between the means, by quadrature and from trained D."""
    used = list(evidence.values())
    gaps, direct, identity = _sweep(used, points)
    rows = [row for one in used for row in _value_rows(one)]
    figure, axes = style.canvas(1, 2, height=2.7, width_ratios=[1.5, 1])
    left, right = axes[0]
    left.plot(gaps, direct, color=style.REAL, label="$C(G)$, quadrature", linewidth=2.2)
    left.plot(
        gaps, identity, color=style.THEORY, linestyle=(0, (3, 2)), linewidth=1.0,
        label=r"$-\log 4+2\,\mathrm{JSD}$, quadrature",
    )  # fmt: skip
    left.axhline(MINIMUM, color=style.MUTED, linewidth=0.7, linestyle=":")
    left.annotate(
        r"$-\log 4$", (gaps[-1], MINIMUM), (0, 3), textcoords="offset points", ha="right", color=style.MUTED
    )
    trained = [row for row in rows if row["seed"] != "" and row["value_trained"] != "diverged"]
    xs, ys = [row["gap"] for row in trained], [row["value_trained"] for row in trained]
    left.plot(
        xs, ys, "o", color=style.GENERATED, markersize=3.5, alpha=0.7, label=r"$V(\hat D, G)$, every seed"
    )
    left.set(xlabel="gap between the means", ylabel="nats")
    left.legend(loc="lower right", bbox_to_anchor=(1.0, 0.1))
    style.letter(left, "(a) criterion of the generator")
    short = [max(row["criterion"] - row["value_trained"], 1e-9) for row in trained]
    right.semilogy(xs, short, "o", color=style.GENERATED, markersize=3.5, alpha=0.7)
    right.set(xlabel="gap between the means", ylabel=r"$C(G)-V(\hat D,G)$ [nats]")
    style.letter(right, "(b) what training leaves")
    caption = (
        "C(G) = max_D V(D, G) (Eq. 4) and −log 4 + 2 JSD(p_data ‖ p_g) (Eq. 6), each by its own quadrature, "
        "against the gap between the means of data and generator, with V at the trained discriminators. "
        f"At gap 0 the quadrature gives C(G) = {direct[0]:.4f}; the two sides differ by at most "
        f"{np.abs(direct - identity).max():.1e} over the sweep."
    )
    return Drawing(figure, rows, caption)


def _sweep(used: list[Evidence], points: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gaps from 0 to a little beyond the largest experiment's, and both sides of Eq. 6 on them."""
    laws.densities(used[0])
    first = used[0].experiment.train.networks.generator
    assert isinstance(first, Affine) and isinstance(used[0].dataset.prepare, Mixture)
    data = law(used[0].dataset.prepare)
    reach = max(1.1 * max(_gap(one) for one in used), 1e-3)
    gaps = np.linspace(0, reach, points)
    centre = float(data.means.mean())
    width = 10 * max(first.scale, float(data.sigma))
    grid = np.linspace(float(data.means.min()) - width, centre + reach + width, 8001)
    p_data = data.density(grid[:, None])
    moved = [numerics.normal_density(grid, centre + gap, first.scale) for gap in gaps]
    direct = np.array([numerics.criterion(p_data, p_g, grid) for p_g in moved])
    identity = np.array([MINIMUM + 2 * divergence.jsd_quadrature(p_data, p_g, grid) for p_g in moved])
    return gaps, direct, identity


def _value_rows(used: Evidence) -> list[dict[str, Any]]:
    grid, p_data, p_g = laws.densities(used)
    trained = reading.finals(used, "value_trained")
    exact = {
        "criterion": round(laws.criterion(used), 6),
        "minus_log4_plus_2jsd": round(MINIMUM + 2 * divergence.jsd_quadrature(p_data, p_g, grid), 6),
    }
    return [
        {
            "experiment": used.name, "gap": _gap(used), "seed": seed, **exact,
            "value_trained": "diverged" if value is None else round(value, 6),
        }
        for seed, value in trained.items()
    ]  # fmt: skip
