"""Figures 7 and 8 of `gan`: arithmetic on visual concepts, and a vector that turns faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.figures import curves, data, samples, strip, style
from pipeline.figures.drawing import Drawing, Row
from pipeline.figures.table import number
from pipeline.measures.evidence import Evidence
from pipeline.measures.latents import arithmetic_chances, rank_correlations
from pipeline.measures.reading import role, rounded
from pipeline.measures.runs import known
from pipeline.papers.registry import result
from pipeline.params.concepts import Arithmetic, Concepts, Turn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NONE = "no seed gave enough exemplars"
KINDS = {"G(Y)": style.GENERATED, "control": style.MUTED, "pixels": style.REAL}
# exemplars and means at the left, results at the right, and an empty column between them
COLUMNS, ROWS, GAP = 7, 5, 3
DIRECTIONS = {"turn vector": style.GENERATED, "random direction": style.MUTED}


def concepts_of(run: Evidence) -> Concepts:
    """What an experiment does with picked latents. Raises PipelineError when it does nothing."""
    found = run.experiment.sample.concepts
    if found is None:
        raise PipelineError(f"experiments.{run.name} works on no picked latents: give it sample.concepts.")
    return found


@result("gan", "fig7", roles=("faces",))
def fig7(evidence: Mapping[str, Evidence]) -> Drawing:
    """A part for each expression: exemplars, their means, G(Y) amid its neighbours, and the chances of the
    attribute over all triplets."""
    run = role(evidence, "faces")
    config = concepts_of(run)
    if not config.arithmetic:
        raise PipelineError(f"experiments.{run.name}.sample.concepts.arithmetic names no expression.")
    figure, parts = style.stack([3.75] * len(config.arithmetic))
    rows: list[Row] = []
    for part, expression in zip(parts, config.arithmetic, strict=True):
        pictures, chances = part.subplots(1, 2, width_ratios=(2.6, 1))
        _draw_pictures(pictures, run, expression)
        rows += (mine := _triplet_rows(run, expression))
        _draw_chances(chances, run, mine, expression)
        carrier, receiver = _named(expression.carrier), _named(expression.receiver)
        part.suptitle(f"({carrier} with {expression.attribute}) − ({carrier}) + ({receiver})", size=9)
    noise = config.arithmetic[0].noise
    caption = (
        f"Figure 7: vector arithmetic on {data.described(run.dataset)}. Columns: exemplars, generated "
        "samples to which the data set's classifier gives the named classes with at least "
        f"{config.confidence:g}, drawn at random from {config.pool:,} samples (selection seed "
        f"{config.seed}); under them G of their mean latents, and the mean of their pixels. At the right "
        f"G(Y) in the middle of eight G(Y + u), u ~ U(−{noise:g}, {noise:g}) in every latent, and under them "
        "the same arithmetic on pixels. The pictures are those of the first triplet. The control has other "
        "carriers without the attribute in place of those with it. Dots are triplets; diamonds are means of "
        "seeds ± one deviation. The classifier is the one that picked the exemplars."
    )
    return Drawing(figure, rows, caption)


def _named(classes: Mapping[str, int]) -> str:
    """Classes in words: 'Male', 'not Male', or 'green 3'."""
    words = [{0: f"not {name}", 1: name}.get(value, f"{name} {value}") for name, value in classes.items()]
    return ", ".join(words) or "any"


def _triplet_rows(run: Evidence, config: Arithmetic) -> list[Row]:
    """A row for each triplet of each seed; one without chances for a seed that has no exemplars."""
    name, rows = f"arithmetic_{config.attribute}", []
    for seed in run.experiment.seeds:
        chances = run.arrays.get(f"{name}_probabilities_seed{seed}")
        found = run.arrays.get(f"{name}_found_seed{seed}", np.full(3, -1))
        about: Row = {"attribute": config.attribute, "seed": seed}
        counts = {
            key: int(count) if count >= 0 else "diverged"
            for key, count in zip(("pool_with", "pool_without", "pool_receivers"), found, strict=True)
        }
        for triplet, line in enumerate([[np.nan] * len(KINDS)] if chances is None else chances):
            values = {kind: rounded(float(p)) for kind, p in zip(KINDS, line, strict=True)}
            rows.append({**about, "triplet": triplet, **values, **counts})
    return rows


def _draw_pictures(axes: Axes, run: Evidence, config: Arithmetic) -> None:
    """Exemplars, G(z̄) and mean pixels, a column a concept; G(Y) with neighbours, and pixel arithmetic."""
    name = f"arithmetic_{config.attribute}"
    seeds = [seed for seed in run.experiment.seeds if f"{name}_grid_seed{seed}" in run.arrays]
    if not seeds:
        style.notice(axes, NONE)
        return
    exemplars, means, grid, pixels = (
        run.arrays[f"{name}_{what}_seed{seeds[0]}"] for what in ("exemplars", "means", "grid", "pixels")
    )
    shown = min(exemplars.shape[1], 3)
    sheet = np.full((ROWS, COLUMNS, *grid.shape[1:]), 255, np.uint8)
    sheet[3 - shown : 3, :GAP] = exemplars[:, :shown].swapaxes(0, 1)
    sheet[3, :GAP], sheet[4, :GAP] = means, pixels[:3]
    sheet[:3, GAP + 1 :] = grid.reshape(3, 3, *grid.shape[1:])
    sheet[4, GAP + 2] = pixels[3]
    names = ["+\nwith", "−\nwithout", "+\nreceiver", "", "", f"$G(Y+u)$\nseed {seeds[0]}", ""]
    pitch = samples.sheet(axes, sheet.reshape(-1, *grid.shape[1:]), names)
    for row, label in ((3, r"$G(\bar z)$"), (4, "mean of\npixels")):
        axes.text(-2, (row + 0.5) * pitch, label, ha="right", va="center", size=8)
    axes.text((GAP + 3) * pitch, 4.5 * pitch, " in pixels", ha="left", va="center", size=8)


def _draw_chances(axes: Axes, run: Evidence, rows: list[Row], config: Arithmetic) -> None:
    """The chance of the attribute in every triplet, and its means over the triplets of each seed."""
    lines = [row for row in rows if row["G(Y)"] is not None]
    means = arithmetic_chances(run, config.attribute) if lines else ({},) * len(KINDS)
    for place, ((kind, color), by_seed) in enumerate(zip(KINDS.items(), means, strict=True)):
        values = [row[kind] for row in lines]
        strip.dots(axes, [place], [values], color=color, width=0.28, units=[known(by_seed)])
    style.places(axes, ["$G(Y)$", *list(KINDS)[1:]], ylim=(-0.03, 1.03), ylabel=f"P({config.attribute})")


@result("gan", "fig8", roles=("faces",))
def fig8(evidence: Mapping[str, Evidence]) -> Drawing:
    """Samples moved along the turn vector; the angle and the identity features along it and along random
    directions of equal norm."""
    run = role(evidence, "faces")
    config = concepts_of(run)
    turn = config.turn
    if turn is None:
        raise PipelineError(f"experiments.{run.name}.sample.concepts.turn is not set.")
    found = (run.arrays.get(f"turn_images_seed{seed}") for seed in run.experiment.seeds)
    pictures = next((images for images in found if images is not None), None)
    shown = 0 if pictures is None else len(pictures)
    figure, (above, below) = style.stack([style.TEXT_WIDTH * max(shown, 1) / turn.points + 0.35, 2.5])
    if pictures is None or not shown:
        style.notice(above.subplots(), NONE)
    else:
        names = [number(float(alpha)) for alpha in alphas(turn)]
        samples.sheet(above.subplots(), pictures.reshape(-1, *pictures.shape[2:]), names)
    rows = _turn_rows(run, turn)
    axes = below.subplots(1, 2)
    for panel, column, title, label in (
        (axes[0], "angle", f"(a) {turn.factor}", "P(last class) − P(first class)"),
        (axes[1], "identity", "(b) identity", "distance of identity features"),
    ):
        _draw_means(panel, rows, column)
        panel.set(xlabel=r"$\alpha$ in $z+\alpha t$", ylabel=label)
        style.letter(panel, title)
    style.legend_below(below, axes)
    lost = [str(seed) for seed in run.experiment.seeds if f"turn_angle_seed{seed}" not in run.arrays]
    missing = f" Seeds without enough exemplars: {', '.join(lost)}." if lost else ""
    caption = (
        f"Figure 8: a turn vector t on {data.described(run.dataset)}, from the mean latent of "
        f"{turn.exemplars} samples of the first class of '{turn.factor}' to that of {turn.exemplars} of the "
        f"last, picked by the data set's classifier at a probability of at least {config.confidence:g} "
        f"(selection seed {config.seed}). Above: the first samples, α rising from left to right. Below, over "
        f"{turn.samples} samples a seed, lines of seeds and their mean: (a) the classifier's estimate, "
        "P(last) − P(first class); (b) cosine distance of its features to those at α = 0, without the "
        "directions that tell the classes of the factor apart, as what is left of identity. Random "
        f"directions have the norm of t.{missing}"
    )
    return Drawing(figure, rows, caption)


def alphas(config: Turn) -> np.ndarray:
    """The values of α, (points,)."""
    return np.linspace(-config.reach, config.reach, config.points)


def _turn_rows(run: Evidence, config: Turn) -> list[Row]:
    """Means over samples, a row for each seed, direction and α."""
    rows: list[dict[str, Any]] = []
    for seed in run.experiment.seeds:
        if f"turn_angle_seed{seed}" not in run.arrays:
            continue
        both = zip(run.arrays[f"turn_angle_seed{seed}"], run.arrays[f"turn_identity_seed{seed}"], strict=True)
        for direction, (angles, distances) in zip(DIRECTIONS, both, strict=True):
            rank = float(rank_correlations(angles).mean())
            rows += [
                {
                    "seed": seed, "direction": direction, "alpha": round(float(alpha), 4),
                    "angle": rounded(float(angle)), "identity": rounded(float(distance), 5),
                    "rank_correlation": rounded(rank), "samples": len(angles),
                }
                for alpha, angle, distance in zip(
                    alphas(config), angles.mean(axis=0), distances.mean(axis=0), strict=True
                )
            ]  # fmt: skip
    return rows


def _draw_means(axes: Axes, rows: list[Row], column: str) -> None:
    for direction, color in DIRECTIONS.items():
        mine = [row for row in rows if row["direction"] == direction]
        if mine:
            seeds = dict.fromkeys(row["seed"] for row in mine)
            values = [[row[column] for row in mine if row["seed"] == seed] for seed in seeds]
            x = np.array(list(dict.fromkeys(row["alpha"] for row in mine)))
            curves.spread(axes, x, np.array(values), label=direction, color=color)
