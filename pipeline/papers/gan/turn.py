"""Figure 8 of `gan`: a vector that turns faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.figures import data, style
from pipeline.figures.drawing import Drawing
from pipeline.figures.table import number, plus_minus
from pipeline.measures.evidence import Evidence
from pipeline.measures.latents import rank_correlations, turn_correlations
from pipeline.measures.reading import mean_deviation, role, rounded
from pipeline.papers.gan.picked import PADDING, concepts_of
from pipeline.papers.registry import result
from pipeline.params.concepts import Concepts, Turn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

DIRECTIONS = {"turn vector": style.GENERATED, "random direction": style.MUTED}


@result("gan", "fig8", roles=("faces",))
def fig8(evidence: Mapping[str, Evidence]) -> Drawing:
    """Samples moved along the turn vector; the angle and the identity features along it and along random
    directions of equal norm."""
    run = role(evidence, "faces")
    config = concepts_of(run)
    if config.turn is None:
        raise PipelineError(f"experiments.{run.name}.sample.concepts.turn is not set.")
    pictures = _pictures(run)
    shown = 0 if pictures is None else len(pictures)
    height = style.TEXT_WIDTH * max(shown, 1) / config.turn.points + 0.35
    figure, (above, below) = style.stack([height, 2.5])
    _draw_rows(above, pictures, config.turn)
    rows = _turn_rows(run, config.turn)
    angle, identity = below.subplots(1, 2)
    for panel, column, label in (
        (angle, "angle", "P(last class) − P(first class)"),
        (identity, "identity", "distance of identity features"),
    ):
        _draw_means(panel, rows, column)
        panel.set(xlabel=r"$\alpha$ in $z+\alpha t$", ylabel=label)
    style.letter(angle, f"(a) {config.turn.factor}")
    style.letter(identity, "(b) identity")
    style.common_legend(below, np.array([angle, identity]))
    return Drawing(figure, rows, _turn_caption(run, config, rows))


def _turn_caption(run: Evidence, config: Concepts, rows: list[dict[str, Any]]) -> str:
    assert config.turn is not None
    correlations = turn_correlations(run) if rows else ({}, {})
    told = "; ".join(
        f"{direction}: rank correlation of α and the angle "
        f"{plus_minus(*mean_deviation(ranks.values()))}, identity distance at the ends "
        f"{_over_seeds(rows, direction, 'identity', ends=True, digits=4)}"
        for direction, ranks in zip(DIRECTIONS, correlations, strict=True)
    )
    lost = [str(seed) for seed in run.experiment.seeds if f"turn_angle_seed{seed}" not in run.arrays]
    missing = f" Seeds without enough exemplars: {', '.join(lost)}." if lost else ""
    return (
        f"Figure 8: a turn vector t on {data.described(run.dataset)}, from the mean latent of "
        f"{config.turn.exemplars} samples of the first class of '{config.turn.factor}' to that of "
        f"{config.turn.exemplars} of the last, picked by the data set's classifier at a probability of at "
        f"least {config.confidence:g} (selection seed {config.seed}). Above: the first samples, α rising "
        f"from left to right. Below, over {config.turn.samples} samples a seed, lines of seeds and their "
        "mean: (a) the classifier's estimate, P(last) − P(first class); (b) cosine distance of its features "
        "to those at α = 0, without the directions that tell the classes of the factor apart, as what is "
        "left of identity. Random directions have the norm of t. Mean ± deviation over seeds, of samples' "
        f"means: {told}.{missing}"
    )


def alphas(config: Turn) -> np.ndarray:
    """The values of α, (points,)."""
    return np.linspace(-config.reach, config.reach, config.points)


def _pictures(run: Evidence) -> np.ndarray | None:
    """(rows, points, *image) of the first seed that has any."""
    found = (run.arrays.get(f"turn_images_seed{seed}") for seed in run.experiment.seeds)
    return next((images for images in found if images is not None), None)


def _draw_rows(part: SubFigure, images: np.ndarray | None, config: Turn) -> None:
    axes = part.subplots()
    if images is None or not len(images):
        style.notice(axes, "no seed gave enough exemplars")
        return
    style.show_images(axes, images.reshape(-1, *images.shape[2:]), config.points, PADDING)
    pitch = images.shape[-1] + PADDING
    for column, alpha in enumerate(alphas(config)):
        axes.text((column + 0.5) * pitch, -2, number(float(alpha)), ha="center", va="bottom", size=8)


def _turn_rows(run: Evidence, config: Turn) -> list[dict[str, Any]]:
    """Means over samples, a row for each seed, direction and α."""
    rows = []
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


def _draw_means(axes: Axes, rows: list[dict[str, Any]], column: str) -> None:
    for direction, color in DIRECTIONS.items():
        mine = [row for row in rows if row["direction"] == direction]
        seeds = dict.fromkeys(row["seed"] for row in mine)
        if mine:
            values = [[row[column] for row in mine if row["seed"] == seed] for seed in seeds]
            x = np.array(list(dict.fromkeys(row["alpha"] for row in mine)))
            style.spread(axes, x, np.array(values), label=direction, color=color)


def _over_seeds(
    rows: list[dict[str, Any]], direction: str, column: str, *, ends: bool = False, digits: int = 2
) -> str:
    """Mean ± deviation over seeds of a column, averaged over all α or over the two ends alone."""
    mine = [row for row in rows if row["direction"] == direction]
    outer = max((abs(row["alpha"]) for row in mine), default=0.0)
    kept = [row for row in mine if not ends or abs(row["alpha"]) == outer]
    seeds = dict.fromkeys(row["seed"] for row in kept)
    means = [float(np.mean([row[column] for row in kept if row["seed"] == seed])) for seed in seeds]
    return plus_minus(*mean_deviation(means), digits)
