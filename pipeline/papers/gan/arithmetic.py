"""Figure 7 of `gan`: vector arithmetic on visual concepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.figures import data, style
from pipeline.figures.drawing import Drawing
from pipeline.figures.table import plus_minus
from pipeline.measures.evidence import Evidence
from pipeline.measures.latents import arithmetic_chances
from pipeline.measures.reading import mean_deviation, role, rounded
from pipeline.measures.runs import known
from pipeline.papers.gan.picked import PADDING, concepts_of
from pipeline.papers.registry import result
from pipeline.params.concepts import Arithmetic

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = {"G(Y)": style.GENERATED, "control": style.MUTED, "pixels": style.REAL}
# exemplars and means at the left, results at the right, and an empty column between them
COLUMNS, ROWS, GAP = 7, 5, 3


@result("gan", "fig7", roles=("faces",))
def fig7(evidence: Mapping[str, Evidence]) -> Drawing:
    """A part for each expression: exemplars, their means, G(Y) amid its neighbours, and the chances of the
    attribute over all triplets."""
    run = role(evidence, "faces")
    config = concepts_of(run)
    if not config.arithmetic:
        raise PipelineError(f"experiments.{run.name}.sample.concepts.arithmetic names no expression.")
    figure, parts = style.stack([3.75] * len(config.arithmetic))
    rows: list[dict[str, Any]] = []
    told = []
    for part, expression in zip(parts, config.arithmetic, strict=True):
        rows += (mine := _triplet_rows(run, expression))
        means = _by_seed(run, expression, mine)
        told.append(_transfer(expression, mine, means))
        axes = part.subplots(1, 2, width_ratios=(2.6, 1))
        _draw_pictures(axes[0], run, expression)
        _draw_chances(axes[1], mine, means, expression)
        part.suptitle(_expression(expression), size=9)
    first = config.arithmetic[0]
    caption = (
        f"Figure 7: vector arithmetic on {data.described(run.dataset)}. Columns: exemplars, generated "
        "samples to which the data set's classifier gives the named classes with at least "
        f"{config.confidence:g}, drawn at random from {config.pool:,} samples (selection seed "
        f"{config.seed}); under them G of their mean latents, and the mean of their pixels. At the right "
        f"G(Y) in the middle of eight G(Y + u), u ~ U(−{first.noise:g}, {first.noise:g}) in every latent, "
        "and under them the same arithmetic on pixels. The pictures are those of the first triplet. The "
        "control has other carriers without the attribute in place of those with it. Dots are triplets, "
        f"bars means of seeds; the classifier is the one that picked the exemplars. {' '.join(told)}"
    )
    return Drawing(figure, rows, caption)


def _named(classes: Mapping[str, int]) -> str:
    """Classes in words: 'Male', 'not Male', or 'green 3'."""
    words = [{0: f"not {name}", 1: name}.get(value, f"{name} {value}") for name, value in classes.items()]
    return ", ".join(words) or "any"


def _expression(config: Arithmetic) -> str:
    carrier, receiver = _named(config.carrier), _named(config.receiver)
    return f"({carrier} with {config.attribute}) − ({carrier}) + ({receiver})"


def _triplet_rows(run: Evidence, config: Arithmetic) -> list[dict[str, Any]]:
    """A row for each triplet of each seed; one without chances for a seed that has no exemplars."""
    name, rows = f"arithmetic_{config.attribute}", []
    for seed in run.experiment.seeds:
        chances = run.arrays.get(f"{name}_probabilities_seed{seed}")
        found = run.arrays.get(f"{name}_found_seed{seed}", np.full(3, -1))
        about: dict[str, Any] = {"attribute": config.attribute, "seed": seed}
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
        style.notice(axes, "no seed gave enough exemplars")
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
    style.show_images(axes, sheet.reshape(-1, *grid.shape[1:]), COLUMNS, PADDING)
    pitch = grid.shape[-1] + PADDING
    titles = [f"{sign}\n{text}" for sign, text in zip("+−+", ("with", "without", "receiver"), strict=True)]
    for column, title in enumerate(titles):
        axes.text((column + 0.5) * pitch, -2, title, ha="center", va="bottom", size=8)
    axes.text((GAP + 2.5) * pitch, -2, f"$G(Y+u)$\nseed {seeds[0]}", ha="center", va="bottom", size=8)
    for row, label in ((3, r"$G(\bar z)$"), (4, "mean of\npixels")):
        axes.text(-2, (row + 0.5) * pitch, label, ha="right", va="center", size=8)
    axes.text((GAP + 3) * pitch, 4.5 * pitch, " in pixels", ha="left", va="center", size=8)


def _draw_chances(
    axes: Axes, rows: list[dict[str, Any]], means: Mapping[str, list[float]], config: Arithmetic
) -> None:
    for place, (kind, color) in enumerate(KINDS.items()):
        values = [row[kind] for row in rows if row[kind] is not None]
        beside = np.linspace(-0.28, 0.28, len(values)) if len(values) > 1 else np.zeros(len(values))
        axes.plot(place + beside, values, "o", color=color, markersize=2, alpha=0.5)
        for mean in means[kind]:
            axes.plot([place - 0.33, place + 0.33], [mean] * 2, color=style.THEORY, linewidth=1.2)
    axes.set(xlim=(-0.6, len(KINDS) - 0.4), ylim=(-0.03, 1.03), xticks=range(len(KINDS)))
    axes.set_xticklabels(["$G(Y)$", *list(KINDS)[1:]])
    axes.set_ylabel(f"P({config.attribute})")


def _by_seed(run: Evidence, config: Arithmetic, rows: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Kind → mean over triplets for each seed that has any."""
    if all(row["G(Y)"] is None for row in rows):
        return {kind: [] for kind in KINDS}
    return dict(zip(KINDS, map(known, arithmetic_chances(run, config.attribute)), strict=True))


def _transfer(config: Arithmetic, rows: list[dict[str, Any]], means: Mapping[str, list[float]]) -> str:
    """One sentence with the mean chances, and in how many triplets G(Y) is ahead."""
    whole = [row for row in rows if row["G(Y)"] is not None]
    if not whole:
        return f"{config.attribute}: no seed gave enough exemplars."
    told = {kind: plus_minus(*mean_deviation(values)) for kind, values in means.items()}
    ahead = {kind: sum(row["G(Y)"] > row[kind] for row in whole) for kind in ("control", "pixels")}
    return (
        f"P({config.attribute}), mean ± deviation over seeds: {told['G(Y)']} for G(Y), {told['control']} "
        f"for the control, {told['pixels']} for pixels; of {len(whole)} triplets G(Y) is above the control "
        f"in {ahead['control']} and above pixels in {ahead['pixels']}."
    )
