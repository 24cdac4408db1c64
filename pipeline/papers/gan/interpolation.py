"""Figure 3 of `gan`: what G makes of a straight line between two latents."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import data, samples, style
from pipeline.figures.drawing import Drawing
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import result


@result("gan", "fig3", roles=("digits",))
def fig3(evidence: dict[str, Evidence], *, start: int, end: int) -> Drawing:
    """A straight line in z from a sample classified `start` to one classified `end`, with probabilities."""
    used = reading.role(evidence, "digits")
    seed, pair, images, probabilities = _best_path(used, start, end)
    first, last = int(probabilities[0].argmax()), int(probabilities[-1].argmax())
    pixels = to_pixels(images, used.experiment.train.range)
    points = len(images)
    height = (style.TEXT_WIDTH - 0.5) / points
    figure, axes = style.canvas(2, 1, height=1.25 * height + 2.3, height_ratios=[1.25 * height, 1.6])
    strip, curves = axes[:, 0]
    style.bare(strip)
    # one image a unit wide and centred on its point, so that strip and curves share their abscissa
    strip.imshow(samples.tile(pixels, points, 2), extent=(-0.5, points - 0.5, 0, 1))
    _probability_curves(curves, probabilities, first, last)
    style.legend_below(figure, curves)
    rows = [
        {"seed": seed, "pair": pair, "point": point, "class": int(line.argmax())}
        | {f"p{digit}": round(float(p), 6) for digit, p in enumerate(line)}
        for point, line in enumerate(probabilities)
    ]
    wanted = (first, last) == (start, end)
    found = f'"{first}" to "{last}"' if wanted else (
        f'"{first}" to "{last}", since no sampled pair of latents gave a "{start}" and a "{end}"'
    )  # fmt: skip
    caption = (
        f"Figure 3, on {data.described(used.dataset)}: digits decoded from equally spaced points of a "
        f"straight line in z, {found} (seed {seed}, pair {pair} of those sampled, chosen by the "
        "classifier's confidence at both ends). Below: the probabilities of the two end classes and of the "
        "most probable class, named where it is another."
    )
    return Drawing(figure, rows, caption)


def _best_path(used: Evidence, start: int, end: int) -> tuple[int, int, np.ndarray, np.ndarray]:
    """Seed, pair, images and probabilities of the path whose ends are most surely `start` and `end`.

    Paths may be walked either way. Where no path has these ends, the surest one between two different
    classes; where there is none either, the surest of all. Raises PipelineError without paths.
    """
    candidates = []
    for seed in used.experiment.seeds:
        images, chances = (used.arrays.get(f"{name}_seed{seed}") for name in ("paths", "path_probabilities"))
        if images is None or chances is None:
            continue
        for pair in range(len(images)):
            for way in (slice(None), slice(None, None, -1)):
                walk = chances[pair][way]
                ends = (int(walk[0].argmax()), int(walk[-1].argmax()))
                rank = (ends == (start, end), ends[0] != ends[1], float(walk[0].max() * walk[-1].max()))
                candidates.append((rank, seed, pair, images[pair][way], walk))
    if not candidates:
        raise PipelineError(
            f"experiments.{used.name} left no latent paths: set sample.paths, and use a data set with a "
            "classifier as extractor."
        )
    _, seed, pair, images, chances = max(candidates, key=lambda candidate: candidate[0])
    return seed, pair, images, chances


def _probability_curves(axes: Any, probabilities: np.ndarray, first: int, last: int) -> None:
    points = np.arange(len(probabilities))
    top = probabilities.argmax(axis=1)
    axes.plot(
        points, probabilities.max(axis=1), color=style.MUTED, linewidth=0.9, linestyle=(0, (4, 2)),
        label="most probable class", marker="o", markersize=3,
    )  # fmt: skip
    for digit, color in {first: style.REAL, last: style.GENERATED}.items():
        axes.plot(points, probabilities[:, digit], color=color, label=f"P({digit})", marker="o", markersize=3)
    for point, digit in enumerate(top):
        if digit not in (first, last):
            axes.annotate(
                str(digit), (point, probabilities[point, digit]), (0, 4),
                textcoords="offset points", ha="center", color="#555555",
            )  # fmt: skip
    axes.set(
        xlim=(-0.5, len(points) - 0.5), ylim=(-0.03, 1.15), yticks=[0, 0.5, 1], xticks=points,
        xlabel=r"$\alpha$ in $z(\alpha)=(1-\alpha)\,z_a+\alpha\,z_b$", ylabel="classifier's probability",
    )  # fmt: skip
    axes.set_xticklabels([f"{alpha:.2f}" for alpha in np.linspace(0, 1, len(points))])
