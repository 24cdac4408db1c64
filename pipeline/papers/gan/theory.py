"""Results of `gan` that need no training: the rock–paper–scissors game and the Parzen illustration."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.figures import style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing
from pipeline.measures.evidence import Evidence
from pipeline.papers.gan import numerics
from pipeline.papers.registry import result
from pipeline.params.base import Positive

MOVES = ("rock", "paper", "scissors")
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


@result("gan", "rps", "Rock–paper–scissors")
def rps(
    evidence: dict[str, Evidence],
    *,
    steps: Positive,
    rate: float,
    start: list[float],
    opponent_start: list[float],
) -> Drawing:
    """Payoff table, equilibrium by linear programming, and simultaneous gradient play."""
    payoff = numerics.ROCK_PAPER_SCISSORS
    strategy, worth = numerics.equilibrium(payoff)
    opponent, _ = numerics.equilibrium(-payoff.T)
    first, second = (np.array(s) / np.sum(s) for s in (start, opponent_start))
    you, _ = numerics.gradient_play(payoff, first, second, rate, steps)
    average = np.cumsum(you, axis=0) / np.arange(1, len(you) + 1)[:, None]
    figure, axes = style.canvas(1, 3, height=2.5, width_ratios=[1.45, 0.95, 1.1])
    _payoffs(axes[0, 0], payoff, strategy, worth)
    _simplex(axes[0, 1], you, average, strategy)
    _distances(axes[0, 2], you, average, strategy)
    rows: list[dict[str, Any]] = [
        {"quantity": f"payoff of {mine} against", **dict(zip(MOVES, line, strict=True))}
        for mine, line in zip(MOVES, payoff.tolist(), strict=True)
    ]
    for name, mix in (
        ("equilibrium, you", strategy),
        ("equilibrium, opponent", opponent),
        ("gradient play, last step", you[-1]),
        ("gradient play, average", average[-1]),
    ):
        rows.append({"quantity": name, **{m: round(float(p), 6) for m, p in zip(MOVES, mix, strict=True)}})
    rows.append({"quantity": "value of the game", "rock": round(abs(worth), 9)})
    caption = (
        "Rock–paper–scissors as a zero-sum game. (a) Your payoffs, the maximin strategy found by linear "
        f"programming and its value. (b) Your strategy under {steps} steps of simultaneous projected "
        f"gradient play at rate {rate:g}: it circles out to the edges of the simplex, while its average "
        "over time goes to the equilibrium. (c) Distance to the equilibrium."
    )
    return Drawing(figure, rows, caption)


def _payoffs(axes: Any, payoff: np.ndarray, strategy: np.ndarray, worth: float) -> None:
    signed = {0: "0", 1: "1", -1: "−1"}
    rows = [[mine, *(signed[int(p)] for p in line)] for mine, line in zip(MOVES, payoff, strict=True)]
    rows.append(["$p^*$", *(tables.number(float(p), 4) for p in strategy)])
    tables.panel(axes, ["you \\ other", *MOVES], rows, rules=[3])
    style.letter(axes, f"(a) payoffs; value of the game {abs(worth):.0f}")


def _simplex(axes: Any, you: np.ndarray, average: np.ndarray, strategy: np.ndarray) -> None:
    style.bare(axes)
    axes.fill(*CORNERS.T, facecolor="#F6F6F6", edgecolor="#999999", linewidth=0.8)
    axes.plot(*(you @ CORNERS).T, color=style.REAL, linewidth=0.7, label="play")
    axes.plot(*(average @ CORNERS).T, color=style.GENERATED, linewidth=1.2, label="average")
    axes.plot(*(you[0] @ CORNERS), "o", color=style.REAL, markersize=4)
    axes.plot(*(strategy @ CORNERS), "*", color=style.THEORY, markersize=8, label="equilibrium")
    for corner, move, side in zip(CORNERS, MOVES, ("top", "top", "bottom"), strict=True):
        axes.annotate(
            move, corner, (0, -4 if side == "top" else 3), textcoords="offset points", ha="center", va=side
        )
    axes.set_aspect("equal", anchor="N")
    axes.set(xlim=(-0.12, 1.12), ylim=(-0.16, 1.0))
    style.letter(axes, "(b) your strategy")


def _distances(axes: Any, you: np.ndarray, average: np.ndarray, strategy: np.ndarray) -> None:
    steps = np.arange(len(you))
    axes.plot(steps, np.linalg.norm(you - strategy, axis=1), color=style.REAL, label="play", linewidth=0.8)
    axes.plot(steps, np.linalg.norm(average - strategy, axis=1), color=style.GENERATED, label="average")
    axes.set(xlabel="step", ylabel=r"$\Vert p-p^*\Vert_2$", ylim=(0, None))
    axes.legend(loc="upper right", ncols=2, bbox_to_anchor=(1.0, 1.02), columnspacing=1.0)
    axes.margins(x=0.02)
    axes.set_ylim(0, 1.15 * float(np.linalg.norm(you - strategy, axis=1).max()))
    style.letter(axes, "(c) distance to equilibrium")


@result("gan", "parzen-n", "Parzen density and the number of samples")
def parzen_n(
    evidence: dict[str, Evidence], *, seed: int, counts: list[Positive], fixed_width: float, repeats: Positive
) -> Drawing:
    """Parzen densities of n draws from N(0, 1) for growing n, with shrinking and with fixed width."""
    grid = np.linspace(-4, 4, 401)
    figure, axes = style.canvas(2, len(counts), height=4.0, sharey="row", height_ratios=[1, 1])
    errors = style.wide(figure, axes, 1)
    rows: list[dict[str, Any]] = []
    shown = streams.numpy_stream(seed, "gan/parzen-n/0").standard_normal(max(counts))
    for panel, count in zip(axes[0], counts, strict=True):
        width = numerics.silverman(count)
        panel.fill_between(grid, numerics.normal_density(grid, 0, 1), color=style.REAL, alpha=0.2, lw=0)
        panel.plot(grid, numerics.normal_density(grid, 0, 1), color=style.REAL, label="$N(0, 1)$")
        panel.plot(
            grid, numerics.kernel_density(shown[:count], grid, width), color=style.GENERATED,
            label=r"Parzen, $h_n=1.06\,n^{-1/5}$",
        )  # fmt: skip
        panel.plot(
            grid, numerics.kernel_density(shown[:count], grid, fixed_width), color=style.PALETTE[2],
            linestyle=(0, (3, 1.5)), linewidth=1.0, label=f"Parzen, $h={fixed_width:g}$",
        )  # fmt: skip
        style.letter(panel, f"$n={count}$,  $h_n={width:.2f}$")
        panel.set(xlabel="$x$", xticks=[-3, 0, 3])
    axes[0, 0].set_ylabel("density")
    samples = [
        streams.numpy_stream(seed, f"gan/parzen-n/{repeat}").standard_normal(max(counts))
        for repeat in range(repeats)
    ]
    for name, color in (("h_n", style.GENERATED), ("fixed h", style.PALETTE[2])):
        widths = [numerics.silverman(n) if name == "h_n" else fixed_width for n in counts]
        values = np.array(
            [[numerics.squared_error(s[:n], h) for n, h in zip(counts, widths, strict=True)] for s in samples]
        )
        style.spread(
            errors, np.array(counts), values, label=name, color=color, every=False, marker="o", markersize=3
        )
        rows += [
            {
                "n": n, "width": name, "h": round(h, 4), "ise_shown": float(f"{column[0]:.4g}"),
                "ise_mean": float(f"{column.mean():.4g}"), "ise_std": float(f"{column.std(ddof=1):.4g}"),
                "repeats": repeats,
            }
            for n, h, column in zip(counts, widths, values.T, strict=True)
        ]  # fmt: skip
    errors.set(xscale="log", yscale="log", xlabel="$n$", ylabel="integrated squared error", xticks=counts)
    errors.set_xticklabels([str(n) for n in counts])
    errors.minorticks_off()
    style.letter(errors, f"ISE against $N(0,1)$: mean ± deviation over {repeats} sets of draws")
    style.legend_below(figure, axes[0, 0])
    caption = (
        f"Parzen density estimates from n = {', '.join(map(str, counts))} draws from N(0, 1) (d = 1) with "
        f"Gaussian kernels: width h_n = 1.06 n^(−1/5), and fixed at h = {fixed_width:g}. Below, the "
        f"integrated squared error in closed form, over {repeats} independent sets of draws (seed {seed})."
    )
    return Drawing(figure, rows, caption)
