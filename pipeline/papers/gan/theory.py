"""Results of `gan` that need no training: its diagram, rock–paper–scissors, the Parzen illustration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.figures import curves, density, diagram, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures.evidence import Evidence
from pipeline.papers.gan import numerics
from pipeline.papers.registry import result
from pipeline.params.base import Positive

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOVES = ("rock", "paper", "scissors")
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])


@result("gan", "schematics")
def schematics(evidence: dict[str, Evidence]) -> Drawing:
    """The game: noise through G, real or generated data through D, and what each learns from."""
    figure, axes = diagram.sheet(6.5, 2.45)
    discriminator = style.PALETTE[2]
    for centre, text, width, color, rounded in (
        ((0.62, 0.75), "noise\n$z\\sim p_z(z)$", 0.98, style.MUTED, False),
        ((2.12, 0.75), "generator\n$G(z)$", 1.1, style.GENERATED, True),
        ((3.55, 0.75), "generated\n$\\hat x\\sim p_g(x)$", 1.0, style.GENERATED, False),
        ((3.55, 1.75), "real\n$x\\sim p_{\\mathrm{data}}(x)$", 1.0, style.REAL, False),
        ((5.05, 1.25), "discriminator\n$D(x)$", 1.1, discriminator, True),
    ):
        diagram.box(axes, centre, text, width=width, height=0.56, color=color, rounded=rounded)
    for start, end, color in (
        ((1.11, 0.75), (1.57, 0.75), style.THEORY),
        ((2.67, 0.75), (3.05, 0.75), style.THEORY),
        ((4.05, 0.75), (4.5, 1.14), style.GENERATED),
        ((4.05, 1.75), (4.5, 1.36), style.REAL),
        ((5.6, 1.25), (5.88, 1.25), style.THEORY),
    ):
        diagram.arrow(axes, start, end, color=color)
    axes.text(5.92, 1.25, "real?\n$D\\in[0,1]$", va="center", size=9)
    for back, place, text in (
        ([(5.05, 0.97), (5.05, 0.3), (2.12, 0.3), (2.12, 0.47)], (3.6, 0.15),
         "gradient to $G$: descend $\\log(1-D(G(z)))$"),
        ([(5.35, 1.53), (5.35, 1.83), (4.75, 1.83), (4.75, 1.53)], (5.05, 2.1),
         "gradient to $D$: ascend\n$\\log D(x)+\\log(1-D(\\hat x))$"),
    ):  # fmt: skip
        diagram.route(axes, back, color=style.MUTED, dashed=True)
        axes.text(*place, text, ha="center", va="center", size=8.5, color="#555555")
    links = {
        "noise z ~ p_z(z)": "generator G",
        "generator G": "generated x̂ ~ p_g(x)",
        "generated x̂ ~ p_g(x)": "discriminator D",
        "real x ~ p_data(x)": "discriminator D",
        "discriminator D": "probability that the input is real",
    }
    caption = (
        "The game of two networks: G turns noise z into generated data; D sees real or generated data and "
        "gives the probability that it is real. Dashed: which gradient each network learns from (Eq. 1)."
    )
    return Drawing(figure, [{"from": one, "to": other} for one, other in links.items()], caption)


@result("gan", "rps")
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
    shown = {f"payoff of {mine} against": line for mine, line in zip(MOVES, payoff.tolist(), strict=True)}
    mixes = {
        "equilibrium, you": strategy,
        "equilibrium, opponent": opponent,
        "gradient play, last step": you[-1],
        "gradient play, average": average[-1],
    }
    shown |= {name: [round(float(p), 6) for p in mix] for name, mix in mixes.items()}
    rows: list[Row] = [
        {"quantity": name, **dict(zip(MOVES, line, strict=True))} for name, line in shown.items()
    ]
    rows.append({"quantity": "value of the game", "rock": round(abs(worth), 9)})
    caption = (
        "Rock–paper–scissors as a zero-sum game. (a) Your payoffs, the maximin strategy found by linear "
        f"programming and its value. (b) Your strategy under {steps} steps of simultaneous projected "
        f"gradient play at rate {rate:g}: it circles out to the edges of the simplex, while its average "
        "over time goes to the equilibrium. (c) Distance to the equilibrium."
    )
    return Drawing(figure, rows, caption)


def _payoffs(axes: Axes, payoff: np.ndarray, strategy: np.ndarray, worth: float) -> None:
    signed = {0: "0", 1: "1", -1: "−1"}
    rows = [[mine, *(signed[int(p)] for p in line)] for mine, line in zip(MOVES, payoff, strict=True)]
    rows.append(["$p^*$", *(tables.number(float(p), 4) for p in strategy)])
    tables.panel(axes, ["you \\ other", *MOVES], rows, rules=[3])
    style.letter(axes, f"(a) payoffs; value of the game {abs(worth):.0f}")


def _simplex(axes: Axes, you: np.ndarray, average: np.ndarray, strategy: np.ndarray) -> None:
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


def _distances(axes: Axes, you: np.ndarray, average: np.ndarray, strategy: np.ndarray) -> None:
    steps = np.arange(len(you))
    axes.plot(steps, np.linalg.norm(you - strategy, axis=1), color=style.REAL, label="play", linewidth=0.8)
    axes.plot(steps, np.linalg.norm(average - strategy, axis=1), color=style.GENERATED, label="average")
    top = 1.15 * float(np.linalg.norm(you - strategy, axis=1).max())
    axes.set(xlabel="step", ylabel=r"$\Vert p-p^*\Vert_2$", ylim=(0, top))
    axes.legend(loc="upper right", ncols=2, bbox_to_anchor=(1.0, 1.02), columnspacing=1.0)
    axes.margins(x=0.02)
    style.letter(axes, "(c) distance to equilibrium")


@result("gan", "parzen-n")
def parzen_n(
    evidence: dict[str, Evidence], *, seed: int, counts: list[Positive], fixed_width: float, repeats: Positive
) -> Drawing:
    """Parzen densities of n draws from N(0, 1) for growing n, with shrinking and with fixed width."""
    grid = np.linspace(-4, 4, 401)
    figure, axes = style.canvas(2, len(counts), height=4.0, sharey="row", height_ratios=[1, 1])
    errors = style.wide(figure, axes, 1)
    rows: list[Row] = []
    shown = streams.numpy_stream(seed, "gan/parzen-n/0").standard_normal(max(counts))
    for panel, count in zip(axes[0], counts, strict=True):
        width = numerics.silverman(count)
        density.law(panel, grid, numerics.normal_density(grid, 0, 1), label="$N(0, 1)$")
        for h, line in (
            (width, {"color": style.GENERATED, "label": r"Parzen, $h_n=1.06\,n^{-1/5}$"}),
            (
                fixed_width,
                {"color": style.PALETTE[2], "linestyle": (0, (3, 1.5)), "linewidth": 1.0,
                 "label": f"Parzen, $h={fixed_width:g}$"},
            ),
        ):  # fmt: skip
            panel.plot(grid, numerics.kernel_density(shown[:count], grid, h), **line)
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
        curves.spread(
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
