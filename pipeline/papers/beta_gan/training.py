"""Figures 2 and 3 of β-GAN: generated clouds over training, and D's outputs on real and generated data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from pipeline.base.errors import PipelineError, nearest
from pipeline.figures import curves, density, samples, style
from pipeline.figures.drawing import Drawing, Row, seed_rows
from pipeline.figures.table import plus_minus
from pipeline.gan.schedule import beta_at, boundaries
from pipeline.measures.annealing import beta_text, gradient_evaluations, last_beta
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import (
    at_step,
    by_seed,
    listed,
    mean_deviation,
    role,
    rounded,
    snapshots,
)
from pipeline.measures.runs import known
from pipeline.measures.training import lead
from pipeline.papers.beta_gan.common import ANNEALED, PLAIN, THE, components, method, mode_metric
from pipeline.papers.registry import result
from pipeline.params.seams import Anneal
from pipeline.params.settings import Snapshot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LIMIT = 1.15
GAP = r"$D_\mathrm{real} - D_\mathrm{fake}$"
Choice = Literal["best", "worst", "first"]
CHOICES: dict[str, str] = {
    "best": "the best seed (most modes captured at the end, then most samples near one)",
    "worst": "the worst seed (fewest modes captured at the end, then fewest samples near one)",
    "first": "the first seed of the list",
}
FIG3 = {
    "annealed_five": "(a) β-GAN, five components",
    "annealed_ten": "(b) β-GAN, ten components",
    "vanilla_five": "(c) plain GAN, five components",
    "vanilla_ten": "(d) plain GAN, ten components",
}


@result("beta_gan", "fig2-top", roles=("vanilla",))
@result("beta_gan", "fig2-middle", roles=("annealed",))
@result("beta_gan", "fig2-bottom", roles=("cubes",))
def over_training(evidence: Mapping[str, Evidence], *, steps: list[Snapshot], choice: Choice) -> Drawing:
    """Real and generated points of one seed at each of the snapshots `steps`; the rows hold every seed."""
    (run,) = evidence.values()
    if choice not in CHOICES:
        raise PipelineError(f"The setting 'choice' is '{choice}'; {nearest(choice, CHOICES)}")
    samples.kept(run, steps)
    seed = chosen_seed(run, choice)
    rows = [row for step in steps for row in _snapshot_rows(run, step, seed)]
    return Drawing(_draw_clouds(run, steps, seed), rows, _clouds_caption(run, seed, choice))


def chosen_seed(run: Evidence, choice: str) -> int:
    """The seed to draw, ranked by the mode metric and then the quality at the last step; a diverged
    seed ranks last, and of equal seeds the first is taken."""
    seeds, last = run.experiment.seeds, run.experiment.train.steps
    if choice == "first":
        return seeds[0]
    ranks = [at_step(run, name, last) for name in (mode_metric(run.dataset), "quality")]

    def rank(seed: int) -> list[float]:
        return [-1.0 if (value := values[seed]) is None else value for values in ranks]

    return max(seeds, key=rank) if choice == "best" else min(seeds, key=rank)


def _snapshot_rows(run: Evidence, step: int, drawn: int) -> list[Row]:
    train, prefix = run.experiment.train, mode_metric(run.dataset)
    about: Row = {"step": step, "tau": gradient_evaluations(train, step)}
    about["beta"] = beta_text(last_beta(train, step))
    modes, quality = at_step(run, prefix, step), at_step(run, "quality", step)
    return [
        about
        | {"seed": seed, "drawn": "yes" if seed == drawn else "no"}
        | {prefix: rounded(modes[seed]), "quality": rounded(quality[seed])}
        for seed in run.experiment.seeds
    ]


def _clouds_caption(run: Evidence, seed: int, choice: str) -> str:
    name, count = method(run.experiment), len(run.experiment.seeds)
    parts = [
        f"Samples of {THE[name]} over training: real points blue, generated points red; points beyond "
        f"±{LIMIT} are left out. τ is the number of gradient evaluations so far, of the discriminator and "
        "of the generator"
        + (", and β the inverse temperature last trained at." if name == ANNEALED else "."),
        "Under each panel: "
        + ("share of the edges covered" if mode_metric(run.dataset) == "coverage" else "modes captured")
        + " and share of samples near the data, then the first of these for every seed.",
    ]
    if count > 1:
        parts.append(f"Drawn is {CHOICES[choice]}: seed {seed}, of {count} seeds.")
    if choice == "best" and name == PLAIN:
        parts.append("The paper, too, shows the best among many runs.")
    return " ".join(parts)


def _draw_clouds(run: Evidence, steps: list[int], seed: int) -> Figure:
    """Panels side by side, laid out in inches: title, cloud, three lines of numbers, legend."""
    side, head, foot = style.TEXT_WIDTH / len(steps), 0.2, 0.74
    if isinstance(run.experiment.train.tempering, Anneal):
        head += 0.17
    height = head + side + foot
    figure, axes = style.canvas(1, len(steps), height=height, three_d=True, layout="none")
    panels = snapshots(run, "panel", seed)
    for number, (axis, step) in enumerate(zip(axes[0], steps, strict=True)):
        axis.set_position((number / len(steps), foot / height, 1 / len(steps), side / height))
        title, below = _panel_text(run, step, seed)
        centre = (number + 0.5) / len(steps)
        figure.text(centre, 1 - 0.03 / height, title, ha="center", va="top")
        figure.text(centre, foot / height, below, ha="center", va="top", size=7.5, linespacing=1.3)
        if step in panels:
            density.cloud(axis, run.arrays["real"], _inside(panels[step]), size=1.6)
            axis.set_box_aspect((1, 1, 1), zoom=1.13)
        else:
            samples.lost(axis, run, seed, step)
    style.legend_below(figure, axes, loc="lower center", bbox_to_anchor=(0.5, -0.04 / height))
    return figure


def _inside(points: np.ndarray) -> np.ndarray:
    """Points within the panels' limits; a 3-D panel would draw the others over its neighbours."""
    return points[(np.abs(points) <= LIMIT).all(axis=1)]


def _panel_text(run: Evidence, step: int, seed: int) -> tuple[str, str]:
    """The lines over a panel (τ, β) and under it (modes and quality of the drawn seed, modes of all)."""
    train, prefix = run.experiment.train, mode_metric(run.dataset)
    title = rf"$\tau = {gradient_evaluations(train, step):,}$".replace(",", "{,}")
    if isinstance(train.tempering, Anneal):
        title += "\n" + rf"$\beta = {beta_text(last_beta(train, step))}$".replace("∞", r"\infty")
    modes, quality = at_step(run, prefix, step), at_step(run, "quality", step)
    if prefix == "coverage":
        covered = known(modes)
        first = f"covered {listed([modes[seed]], 2)}"
        every = f"{min(covered):.2f} to {max(covered):.2f}" if covered else "none"
    else:
        first = f"{listed([modes[seed]], 0)} of {components(run)} modes"
        every = listed(modes.values(), 0)
    return title, f"{first}\nnear the data {listed([quality[seed]], 2)}\nall seeds: {every}"


@result("beta_gan", "fig3", roles=FIG3)
def training_curves(evidence: Mapping[str, Evidence]) -> Drawing:
    """D_real and D_fake against the step: β-GAN above, plain GAN below, five and ten components."""
    runs = {name: role(evidence, name) for name in FIG3}
    figure, axes = style.canvas(2, 2, height=4.2, sharex=True, sharey=True)
    rows: list[Row] = []
    drawn: list[Row] = []
    for axis, (name, run) in zip(axes.flat, runs.items(), strict=True):
        gaps = lead(run, 0.75)
        rows += seed_rows(gaps, {"gap_last_quarter": gaps}, {"panel": FIG3[name]})
        drawn += _draw_outputs(axis, FIG3[name], run)
        axis.set_xlim(0, run.experiment.train.steps)
        style.letter(axis, FIG3[name])
        axis.text(
            0.98, 0.05, f"last quarter: {GAP} = {plus_minus(*mean_deviation(gaps.values()), 3)}",
            transform=axis.transAxes, ha="right", size=8,
        )  # fmt: skip
    axes[0, 0].set_ylim(0, 1)
    style.outer(axes, "step", "output of $D$")
    style.legend_below(figure, axes)
    caption = (
        "The discriminator's output on real and on generated data during training, mean ± one deviation "
        "over seeds; at equilibrium both are ½. Thin lines mark where β changes. In each panel the gap "
        "D(real) − D(fake), averaged over the last quarter of training."
    )
    return Drawing(figure, rows + drawn, caption)


def _draw_outputs(axis: Axes, panel: str, run: Evidence) -> list[Row]:
    """Draw one panel; give the rows that it was drawn from, none if no run lived to its first log line."""
    if not run.training:
        style.notice(axis, "every run diverged")
        return []
    style.level(axis, 0.5, linestyle="-", zorder=0)
    tempering = run.experiment.train.tempering
    if isinstance(tempering, Anneal):
        _mark_schedule(axis, tempering, run.experiment.train.steps)
    steps, real = by_seed(run.training, "d_real")
    outputs = {"d_real": real, "d_fake": by_seed(run.training, "d_fake")[1]}
    for (name, values), color in zip(outputs.items(), (style.REAL, style.GENERATED), strict=True):
        label = rf"$D_\mathrm{{{name[2:]}}}$"
        curves.spread(axis, steps, values, label=label, color=color, every=False)
    rows: list[Row] = []
    for column, step in enumerate(steps.astype(int).tolist()):
        row: Row = {"panel": panel, "step": step, "beta": beta_text(last_beta(run.experiment.train, step))}
        for name, values in outputs.items():
            mean, deviation = mean_deviation(values[:, column])
            row |= {f"{name}_mean": rounded(mean), f"{name}_sd": rounded(deviation)}
        rows.append(row)
    return rows


def _mark_schedule(axis: Axes, tempering: Anneal, steps: int) -> None:
    """A thin line wherever β changes, and the three phases named at the top of the panel."""
    changes = boundaries(tempering)
    for change in changes:
        axis.axvline(change, color="#D0D0D0", linewidth=0.5, zorder=0)
    first, last = tempering.beta_first, beta_at(tempering, max(changes[-1] - 1, 0))
    phases = [
        (0, changes[0], r"$\beta = 0$"),
        (changes[0], changes[-1], rf"$\beta = {beta_text(first)} \to {beta_text(last)}$"),
        (changes[-1], steps, r"$\beta = \infty$"),
    ]
    for start, end, text in phases:
        if end > start:
            axis.text(
                (start + end) / 2, 0.97, text, transform=axis.get_xaxis_transform(), ha="center", va="top",
                size=8, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            )  # fmt: skip
