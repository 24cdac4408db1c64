"""Results of `gan` on how training goes: Algorithm 1 in one dimension, and collapse when G outruns D."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.figures import style
from pipeline.figures.drawing import Drawing
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.measures.laws import data_density
from pipeline.papers.gan.lines import D_HAT
from pipeline.papers.registry import result
from pipeline.params.base import Positive

ROLE_COLORS = {"saturating": style.PALETTE[3], "non_saturating": style.PALETTE[4]}
ROLE_NAMES = {"saturating": "saturating", "non_saturating": "non-saturating"}


@result("gan", "algo1", "Algorithm 1 in one dimension", each=True)
def algo1(evidence: dict[str, Evidence], *, columns: Positive, bins: Positive) -> Drawing:
    """p_data, p_g and D at snapshots of the first seed, a row per loss; JSD of all seeds below."""
    columns = _columns(evidence, columns)
    figure, axes = style.canvas(
        len(evidence) + 1,
        columns,
        height=1.45 * len(evidence) + 2.3,
        height_ratios=[1] * len(evidence) + [1.35],
    )
    divergence = style.wide(figure, axes, len(evidence))
    rows: list[dict[str, Any]] = []
    for row, (role, used) in enumerate(evidence.items()):
        _snapshot_row(axes[row], used, bins)
        axes[row, 0].set_ylabel(f"{ROLE_NAMES.get(role, role)}\ndensity")
        column = reading.column_like(used.curves, "jsd")
        steps, values = reading.by_seed(used.curves, column)
        style.spread(
            divergence, steps, values, label=ROLE_NAMES.get(role, role),
            color=ROLE_COLORS.get(role, style.PALETTE[row]),
        )  # fmt: skip
        rows += [
            {
                "loss": role,
                "experiment": used.name,
                "seed": int(seed),
                "step": int(step),
                column: round(float(jsd), 6),
            }
            for seed, step, jsd in zip(
                used.curves["seed"], used.curves["step"], used.curves[column], strict=True
            )
        ]
    divergence.axhline(np.log(2), color=style.MUTED, linewidth=0.7, linestyle=":")
    divergence.annotate(
        r"$\log 2$", (1, np.log(2)), (0, 2), xycoords=("axes fraction", "data"),
        textcoords="offset points", ha="right", va="bottom", color=style.MUTED,
    )  # fmt: skip
    divergence.set(
        xlabel="iteration", ylabel=r"$\mathrm{JSD}(p_{\mathrm{data}}\,\Vert\,p_g)$ [nats]", ylim=(0, 0.8)
    )
    divergence.margins(x=0.01)
    divergence.legend(loc="upper right", bbox_to_anchor=(1.0, 0.86))
    style.legend_below(figure, axes[0, -1])
    first = next(iter(evidence.values()))
    caption = (
        "Algorithm 1 with k = 1 on a one-dimensional Gaussian, with the saturating and the non-saturating "
        "loss of G. Above: p_data, the samples' histogram and D during the run of seed "
        f"{first.experiment.seeds[0]}. Below: the Jensen–Shannon divergence of every seed (thin), "
        "with mean and deviation."
    )
    return Drawing(figure, rows, caption)


def _columns(evidence: dict[str, Evidence], wanted: int) -> int:
    """No more columns than the experiments have snapshots."""
    return min(wanted, max(len(used.experiment.train.snapshot_steps) for used in evidence.values()))


def _snapshot_row(axes: np.ndarray, used: Evidence, bins: int) -> None:
    """One run's snapshots: p_data and p_g as densities, D in [0, 1] on the right-hand axis."""
    seed = used.experiment.seeds[0]
    panels = reading.snapshots(used, "panel", seed)
    outputs = reading.snapshots(used, "discriminator", seed)
    grid, p_data = data_density(used)
    edges = np.linspace(grid[0], grid[-1], bins + 1)
    steps = reading.spaced(list(panels), len(axes))
    for axis, step in zip(axes, steps, strict=False):
        axis.fill_between(grid, p_data, color=style.REAL, alpha=0.15, linewidth=0)
        axis.plot(grid, p_data, color=style.REAL, label=r"$p_{\mathrm{data}}$")
        axis.hist(
            panels[step].ravel(),
            edges,
            density=True,
            color=style.GENERATED,
            alpha=0.55,
            label="$p_g$ (samples)",
        )
        axis.set_ylim(0, 2.2 * p_data.max())
        style.letter(axis, f"iteration {step}")
        right = axis.twinx()
        right.set(ylim=(0, 1.05), yticks=[0, 0.5, 1])
        right.spines["right"].set_visible(True)
        right.plot(grid, outputs[step], color=D_HAT, linestyle=(0, (4, 1.5)))
        axis.plot([], [], color=D_HAT, linestyle=(0, (4, 1.5)), label="$D$ (right-hand axis)")
        last = axis is axes[len(steps) - 1]
        right.tick_params(labelright=last)
        right.set_ylabel("$D(x)$" if last else "")
        axis.tick_params(labelleft=axis is axes[0])
    for axis in axes[len(steps) :]:
        style.notice(axis, _ended(used, seed))


def _ended(used: Evidence, seed: int) -> str:
    step = reading.diverged(used).get(seed)
    return "no snapshot" if step is None else f"diverged\nat step {step}"


@result("gan", "collapse", "Collapse of a generator that outruns its discriminator", each=True)
def collapse(evidence: dict[str, Evidence], *, columns: Positive) -> Drawing:
    """Samples over training for growing numbers of G updates per D update, and what is left of the modes."""
    columns = _columns(evidence, columns)
    figure, (above, below) = style.stack([style.TEXT_WIDTH / columns * len(evidence) + 0.35, 2.1])
    axes = above.subplots(len(evidence), columns, squeeze=False)
    modes, deviation = below.subplots(1, 2)
    for row, used in enumerate(evidence.values()):
        _frames(axes[row], used)
        axes[row, 0].set_ylabel(f"G : D = {_ratio(used)}")
    rows = [row for used in evidence.values() for row in _diversity_rows(used)]
    ratios = [_ratio(used) for used in evidence.values()]
    for panel, name, label in (
        (modes, "modes", "modes captured"),
        (deviation, "std_mean", "deviation of $G(z)$"),
    ):
        _against_ratio(panel, rows, ratios, name)
        panel.set_ylabel(label)
    total = next(iter(evidence.values())).dataset.prepare
    modes.set_ylim(-0.4, getattr(total, "components", 8) + 0.8)
    deviation.set_ylim(0, None)
    style.letter(modes, "modes at the last step")
    style.letter(deviation, "spread at the last step")
    _real_spread(deviation, next(iter(evidence.values())))
    style.legend_below(above, axes[0, 0])
    caption = (
        "A ring of Gaussians when G is updated more often than D. Above: real and generated points at "
        "snapshots of the first seed, a row per ratio of G updates to D updates. Below: modes captured and "
        "mean deviation of the samples' coordinates at the last step, every seed a dot, the mean a line."
    )
    return Drawing(figure, rows, caption)


def _ratio(used: Evidence) -> str:
    train = used.experiment.train
    return f"{train.generator_steps} : {train.discriminator_steps}"


def _frames(axes: np.ndarray, used: Evidence) -> None:
    seed = used.experiment.seeds[0]
    panels = reading.snapshots(used, "panel", seed)
    steps = reading.spaced(list(panels), len(axes))
    for axis, step in zip(axes, steps, strict=False):
        style.cloud(axis, used.arrays["real"][:1000], panels[step][:1000], size=2.0)
        style.bare(axis)
        axis.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), facecolor="#F7F7F7")
        style.letter(axis, f"step {step}")
    for axis in axes[len(steps) :]:
        style.notice(axis, _ended(used, seed))


def _diversity_rows(used: Evidence) -> list[dict[str, Any]]:
    counted = reading.finals(used, reading.metric_like(used, "modes"))
    spread = reading.finals(used, "std_mean")
    ended = reading.diverged(used)
    return [
        {
            "experiment": used.name,
            "ratio": _ratio(used),
            "seed": seed,
            "modes": "" if counted[seed] is None else counted[seed],
            "std_mean": "" if spread[seed] is None else round(float(spread[seed] or 0.0), 6),
            "diverged": ended.get(seed, ""),
        }
        for seed in used.experiment.seeds
    ]


def _against_ratio(axes: Any, rows: list[dict[str, Any]], ratios: list[str], name: str) -> None:
    means = []
    for place, ratio in enumerate(ratios):
        values = [float(row[name]) for row in rows if row["ratio"] == ratio and row[name] != ""]
        # seeds that agree would hide one another, so they stand a little apart
        beside = np.linspace(-0.08, 0.08, len(values)) if len(values) > 1 else np.zeros(len(values))
        axes.plot(place + beside, values, "o", color=style.GENERATED, markersize=3.5, alpha=0.75)
        means.append(float(np.mean(values)) if values else np.nan)
        lost = sum(1 for row in rows if row["ratio"] == ratio and row[name] == "")
        if lost:
            axes.annotate(
                f"{lost} diverged", (place, 0), xycoords=("data", "axes fraction"), xytext=(0, 3),
                textcoords="offset points", ha="center", color=style.MUTED, size=7,
            )  # fmt: skip
    axes.plot(range(len(ratios)), means, color=style.GENERATED, linewidth=1.0)
    axes.set_xticks(range(len(ratios)), ratios)
    axes.set(xlabel="G updates : D updates", xlim=(-0.4, len(ratios) - 0.6))


def _real_spread(axes: Any, used: Evidence) -> None:
    real = float(used.arrays["real"].std(axis=0).mean())
    axes.axhline(real, color=style.REAL, linewidth=0.8, linestyle=(0, (4, 2)))
    axes.set_ylim(0, 1.25 * max(real, axes.get_ylim()[1] / 1.1))
    axes.annotate(
        "real data", (1, real), (0, 2), xycoords=("axes fraction", "data"), textcoords="offset points",
        ha="right", va="bottom", color=style.REAL, size=8,
    )  # fmt: skip
