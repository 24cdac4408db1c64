"""Box-and-arrow diagrams, in inches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty sheet whose coordinates are inches from the lower left corner."""
    figure, axes = style.canvas(width=width, height=height, layout="none")
    sheet_axes: Axes = axes[0, 0]
    sheet_axes.set_position((0.0, 0.0, 1.0, 1.0))
    style.bare(sheet_axes)
    sheet_axes.set(xlim=(0, width), ylim=(0, height))
    return figure, sheet_axes


def box(
    axes: Axes,
    centre: tuple[float, float],
    text: str,
    *,
    width: float = 1.1,
    height: float = 0.5,
    color: str = style.THEORY,
    rounded: bool = True,
    size: float = 10,
) -> None:
    """A box with text in it, tinted with its edge's colour; square corners for data, round for networks."""
    from matplotlib.colors import to_rgba
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(
        FancyBboxPatch(
            (centre[0] - width / 2, centre[1] - height / 2), width, height,
            boxstyle="round,pad=0,rounding_size=0.09" if rounded else "square,pad=0",
            facecolor=to_rgba(color, 0.10), edgecolor=color, linewidth=1.0,
        )
    )  # fmt: skip
    axes.text(*centre, text, ha="center", va="center", size=size)


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    text: str = "",
    *,
    color: str = style.THEORY,
    bend: float = 0.0,
    dashed: bool = False,
    offset: tuple[float, float] = (0.0, 0.09),
) -> None:
    """An arrow, with text beside its middle; `bend` is the arc's height over its length."""
    axes.annotate(
        "", xy=end, xytext=start,
        arrowprops={
            "arrowstyle": "-|>", "color": color, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0,
            "mutation_scale": 9, "linestyle": (0, (4, 2)) if dashed else "-",
            "connectionstyle": f"arc3,rad={bend}",
        },
    )  # fmt: skip
    if text:
        middle = ((start[0] + end[0]) / 2 + offset[0], (start[1] + end[1]) / 2 + offset[1])
        axes.text(*middle, text, ha="center", va="center", size=9, color=color)


def row(
    axes: Axes,
    places: Sequence[float] | np.ndarray,
    height: float,
    boxes: Sequence[tuple[str, str, bool]],
    fill: float = 0.8,
) -> None:
    """Boxes side by side, an arrow from each to the next; boxes: text, colour, and whether it is round. fill:
    the share of the distance between two places that a box takes."""
    step = places[1] - places[0]
    for place, (text, color, rounded) in zip(places, boxes, strict=True):
        box(axes, (place, height), text, width=fill * abs(step), color=color, rounded=rounded, size=7.5)
    for one, other in pairwise(places):
        arrow(axes, (one + fill / 2 * step, height), (other - fill / 2 * step, height))


def route(
    axes: Axes, points: Sequence[tuple[float, float]], *, color: str = style.THEORY, dashed: bool = False
) -> None:
    """A line through the given points that ends in an arrow head, for feedback around boxes."""
    lines: Any = (0, (4, 2)) if dashed else "-"
    axes.plot(
        *zip(*points[:-1], strict=True), color=color, linewidth=1.0, linestyle=lines, solid_capstyle="butt"
    )
    arrow(axes, points[-2], points[-1], color=color, dashed=dashed)
