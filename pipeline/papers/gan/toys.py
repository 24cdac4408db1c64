"""Results of `gan` on toy laws: D*, C(G), Algorithm 1, and collapse when G outruns D."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pipeline.datasets.mixture import law
from pipeline.figures import curves, density, samples, strip, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row, seed_rows
from pipeline.measures import laws, reading
from pipeline.measures.evidence import Evidence
from pipeline.metrics import divergence
from pipeline.papers.gan import numerics
from pipeline.papers.registry import result
from pipeline.params.base import Positive
from pipeline.params.datasets import Mixture
from pipeline.params.networks import Affine
from pipeline.params.seams import Normal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MINIMUM = -math.log(4)
D_HAT, P_DATA = style.PALETTE[2], r"$p_{\mathrm{data}}$"
ERRORS = {"mean_error": r"mean $|\hat D-D^*|$", "max_error": r"max $|\hat D-D^*|$"}
LOSSES = {
    "saturating": (style.PALETTE[3], "saturating"),
    "non_saturating": (style.PALETTE[4], "non-saturating"),
}


@result("gan", "dstar", each=True)
def dstar(evidence: dict[str, Evidence], *, support: float) -> Drawing:
    """Trained D beside D* for fixed generators; a column of panels per experiment.

    The largest error is taken where p_data + p_g exceeds `support` times its peak.
    """
    figure, axes = style.canvas(
        3, len(evidence), height=4.6, sharex="col", sharey="row", height_ratios=[1, 1.25, 0.95]
    )
    summary = style.wide(figure, axes, 2)
    rows = []
    for letter, (above, below), used in zip("abcdefgh", axes[:2].T, evidence.values(), strict=False):
        grid, p_data, p_g = laws.densities(used)
        trained = reading.last_snapshots(used, "discriminator")
        density.law(above, grid, p_data, label=P_DATA)
        density.law(above, grid, p_g, color=style.GENERATED, label="$p_g$")
        style.letter(above, f"({letter}) {_name(used)}")
        below.tick_params(labelbottom=True)
        below.set(xlabel="$x$", ylim=(-0.03, 1.03))
        if not trained:
            style.notice(below, "every seed diverged")
        else:
            outputs = np.stack(list(trained.values()))
            curves.spread(below, grid, outputs, label=r"$\hat D$ (mean, seeds)", color=D_HAT)
            line: Row = {"color": style.THEORY, "linestyle": (0, (4, 2)), "linewidth": 1.0, "zorder": 4}
            below.plot(grid, divergence.optimal_discriminator(p_data, p_g), label="$D^*$", **line)
        rows += _error_rows(used, support)
    axes[0, 0].set_ylabel("density")
    axes[1, 0].set_ylabel("$D(x)$")
    _error_table(summary, rows)
    style.legend_below(figure, axes[:2, 0])
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


def _error_rows(used: Evidence, support: float) -> list[Row]:
    largest = laws.largest_errors(used, support)
    rows: list[Row] = []
    for seed, mean in reading.finals(used, "discriminator_error_mean").items():
        found = ["diverged"] * 2 if mean is None else [round(mean, 6), round(largest[seed], 6)]
        rows.append(
            {"experiment": used.name, "generator": _name(used), "gap": _gap(used), "seed": seed}
            | dict(zip(ERRORS, found, strict=True))
        )
    return rows


def _error_table(axes: Axes, rows: list[Row]) -> None:
    lines = []
    for generator in dict.fromkeys(row["generator"] for row in rows):
        mine = [row for row in rows if row["generator"] == generator]
        values = [[float(row[name]) for row in mine if row[name] != "diverged"] for name in ERRORS]
        cells = [tables.plus_minus(*reading.mean_deviation(v), 4) for v in values]
        lines.append([generator, *cells, f"{len(values[0])} of {len(mine)}"])
    tables.panel(axes, ["generator", *ERRORS.values(), "seeds trained"], lines)


@result("gan", "jsd", each=True)
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
    style.level(left, MINIMUM, r"$-\log 4$")
    trained = [row for row in rows if row["value_trained"] != "diverged"]
    xs, ys = [row["gap"] for row in trained], [row["value_trained"] for row in trained]
    dots: Row = {"color": style.GENERATED, "markersize": 3.5, "alpha": 0.7}
    left.plot(xs, ys, "o", label=r"$V(\hat D, G)$, every seed", **dots)
    left.set(xlabel="gap between the means", ylabel="nats")
    left.legend(loc="lower right", bbox_to_anchor=(1.0, 0.1))
    style.letter(left, "(a) criterion of the generator")
    short = [max(row["criterion"] - row["value_trained"], 1e-9) for row in trained]
    right.semilogy(xs, short, "o", **dots)
    right.set(xlabel="gap between the means", ylabel=r"$C(G)-V(\hat D,G)$ [nats]")
    style.letter(right, "(b) what training leaves")
    caption = (
        "C(G) = max_D V(D, G) (Eq. 4) and −log 4 + 2 JSD(p_data ‖ p_g) (Eq. 6), each by its own quadrature, "
        "against the gap between the means of data and generator, with V at the trained discriminators."
    )
    return Drawing(figure, rows, caption)


def _sweep(used: list[Evidence], points: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gaps from 0 to a little beyond the largest experiment's, and both sides of Eq. 6 on them."""
    laws.densities(used[0])
    reading.part(used[0], "prior", Normal)
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


def _value_rows(used: Evidence) -> list[Row]:
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


@result("gan", "algo1", each=True)
def algo1(evidence: dict[str, Evidence], *, columns: Positive, bins: Positive) -> Drawing:
    """p_data, p_g and D at snapshots of the first seed, a row per loss; JSD of all seeds below."""
    columns, count = _columns(evidence, columns), len(evidence)
    figure, axes = style.canvas(
        count + 1, columns, height=1.45 * count + 2.3, height_ratios=[1] * count + [1.35]
    )
    divergence = style.wide(figure, axes, count)
    rows: list[Row] = []
    for row, (role, used) in enumerate(evidence.items()):
        color, name = LOSSES.get(role, (style.PALETTE[row], role))
        _snapshot_row(axes[row], used, bins)
        axes[row, 0].set_ylabel(f"{name}\ndensity")
        rows += curves.over_steps(
            divergence, used.curves, reading.column_like(used.curves, "jsd"), label=name, color=color,
            about={"loss": role, "experiment": used.name}, digits=6,
        )  # fmt: skip
    style.level(divergence, np.log(2), r"$\log 2$")
    divergence.set(
        xlabel="iteration", ylabel=r"$\mathrm{JSD}(p_{\mathrm{data}}\,\Vert\,p_g)$ [nats]", ylim=(0, 0.8)
    )
    divergence.margins(x=0.01)
    divergence.legend(loc="upper right", bbox_to_anchor=(1.0, 0.86))
    style.legend_below(figure, axes[0, -1])
    caption = (
        "Algorithm 1 with k = 1 on a one-dimensional Gaussian, with the saturating and the non-saturating "
        "loss of G. Above: p_data, the samples' histogram and D during the run of seed "
        f"{next(iter(evidence.values())).experiment.seeds[0]}. Below: the Jensen–Shannon divergence of every "
        "seed (thin), with mean and deviation."
    )
    return Drawing(figure, rows, caption)


def _columns(evidence: dict[str, Evidence], wanted: int) -> int:
    """No more columns than the experiments have snapshots."""
    return min(wanted, max(len(used.experiment.train.snapshot_steps) for used in evidence.values()))


def _snapshot_row(axes: np.ndarray, used: Evidence, bins: int) -> None:
    """One run's snapshots: p_data and p_g as densities, D in [0, 1] on the right-hand axis."""
    outputs = reading.snapshots(used, "discriminator", used.experiment.seeds[0])
    grid, p_data = laws.data_density(used)
    line: Row = {"color": D_HAT, "linestyle": (0, (4, 1.5))}
    steps = _frames(axes, used, "iteration")
    for axis, (step, points) in zip(axes, steps.items(), strict=False):
        density.law(axis, grid, p_data, label=P_DATA)
        density.histogram(axis, points, bins, (grid[0], grid[-1]), label="$p_g$ (samples)")
        axis.set_ylim(0, 2.2 * p_data.max())
        right = style.right_axis(axis, ylim=(0, 1.05), yticks=[0, 0.5, 1])
        right.plot(grid, outputs[step], **line)
        axis.plot([], [], label="$D$ (right-hand axis)", **line)
        last = axis is axes[len(steps) - 1]
        right.tick_params(labelright=last)
        right.set_ylabel("$D(x)$" if last else "")
        axis.tick_params(labelleft=axis is axes[0])


def _frames(axes: np.ndarray, used: Evidence, name: str) -> dict[int, np.ndarray]:
    """The first seed's samples at as many snapshots as there are panels, by step; panels get their titles,
    and those left over say why."""
    seed = used.experiment.seeds[0]
    panels = reading.snapshots(used, "panel", seed)
    steps = reading.spaced(list(panels), len(axes))
    for axis, step in zip(axes, steps, strict=False):
        style.letter(axis, f"{name} {step}")
    for axis in axes[len(steps) :]:
        if seed in reading.diverged(used):
            samples.lost(axis, used, seed, 0)
        else:
            style.notice(axis, "no snapshot")
    return {step: panels[step] for step in steps}


@result("gan", "collapse", each=True)
def collapse(evidence: dict[str, Evidence], *, columns: Positive) -> Drawing:
    """Samples over training for growing numbers of G updates per D update, and what is left of the modes."""
    columns = _columns(evidence, columns)
    figure, (above, below) = style.stack([style.TEXT_WIDTH / columns * len(evidence) + 0.35, 2.1])
    axes = above.subplots(len(evidence), columns, squeeze=False)
    rows: list[Row] = []
    cells: dict[str, dict[str, list[float | None]]] = {"modes": {}, "std_mean": {}}
    for frames, used in zip(axes, evidence.values(), strict=True):
        for axis, points in zip(frames, _frames(frames, used, "step").values(), strict=False):
            density.cloud(axis, used.arrays["real"][:1000], points[:1000], size=2.0)
            style.bare(axis)
            axis.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), facecolor="#F7F7F7")
        train, ended = used.experiment.train, reading.diverged(used)
        ratio = f"{train.generator_steps} : {train.discriminator_steps}"
        frames[0].set_ylabel(f"G : D = {ratio}")
        found = {"modes": reading.finals(used, reading.metric_like(used, "modes")),
                 "std_mean": reading.finals(used, "std_mean")}  # fmt: skip
        mine = seed_rows(used.experiment.seeds, found, {"experiment": used.name, "ratio": ratio}, 6)
        rows += [row | {"diverged": ended.get(row["seed"], "")} for row in mine]
        for name in cells:
            cells[name][ratio] = [row[name] for row in mine]
    first = next(iter(evidence.values()))
    real, total = float(first.arrays["real"].std(axis=0).mean()), first.dataset.prepare
    panels = below.subplots(1, 2)
    for panel, by, title, label in zip(
        panels, cells.values(), ("modes", "spread"), ("modes captured", "deviation of $G(z)$"), strict=True
    ):
        strip.dots(panel, range(len(by)), list(by.values()), color=style.GENERATED)
        style.places(panel, list(by), xlabel="G updates : D updates", ylabel=label)
        style.letter(panel, f"{title} at the last step")
    panels[0].set_ylim(-0.4, getattr(total, "components", 8) + 0.8)
    panels[1].set_ylim(0, 1.25 * max(real, panels[1].get_ylim()[1] / 1.1))
    style.level(panels[1], real, "real data", color=style.REAL, linestyle=(0, (4, 2)))
    style.legend_below(above, axes[0, 0])
    caption = (
        "A ring of Gaussians when G is updated more often than D. Above: real and generated points at "
        "snapshots of the first seed, a row per ratio of G updates to D updates. Below: modes captured and "
        "mean deviation of the samples' coordinates at the last step, every seed a dot (a cross if it "
        "diverged), with mean ± one deviation."
    )
    return Drawing(figure, rows, caption)
