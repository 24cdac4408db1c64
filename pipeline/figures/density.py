"""Laws and samples in one, two or three dimensions: densities, histograms, clouds of points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.figures.drawing import Row
from pipeline.figures.style import GENERATED, REAL
from pipeline.measures.reading import rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from mpl_toolkits.mplot3d.axes3d import Axes3D


def law(axes: Axes, grid: np.ndarray, density: np.ndarray, *, color: str = REAL, label: str) -> None:
    """A density on a grid as a line over a tinted area."""
    axes.fill_between(grid, density, color=color, alpha=0.15, linewidth=0)
    axes.plot(grid, density, color=color, label=label)


def histogram(
    axes: Axes,
    values: np.ndarray,
    bins: int,
    limits: tuple[float, float],
    *,
    label: str,
    name: str = "x",
    beyond: bool = False,
) -> list[Row]:
    """The density of values in bins. beyond: whether values beyond the limits count, so that what is drawn
    has less than unit mass. Returns a row for each bin: `<name>_from`, `<name>_to`, density."""
    counts, edges = np.histogram(values, bins=bins, range=limits)
    density = counts / np.diff(edges) / max(values.size if beyond else counts.sum(), 1)
    axes.stairs(density, edges, fill=True, color=GENERATED, alpha=0.55, label=label)
    return [
        {f"{name}_from": round(float(a), 4), f"{name}_to": round(float(b), 4), "density": rounded(float(d))}
        for a, b, d in zip(edges[:-1], edges[1:], density, strict=True)
    ]


def scatter(
    axes: Axes | Axes3D, points: np.ndarray, *, color: str, label: str | None = None, size: float = 3.0
) -> None:
    """Points (count, 2) or (count, 3) in a panel of that dimension; rasterised in SVG to keep it small."""
    # depthshade fades points by distance, which would read as density
    options: dict[str, Any] = {"depthshade": False} if points.shape[1] == 3 else {}
    options |= {"s": size, "color": color, "alpha": 0.5, "linewidths": 0, "label": label, "rasterized": True}
    panel: Any = axes
    panel.scatter(*points.T, **options)


def box_limits(axes: Axes | Axes3D, low: float = -1.0, high: float = 1.0, margin: float = 0.15) -> None:
    """Equal limits on every axis around the data's box, with ticks at its ends and middle."""
    names = ("x", "y", "z") if hasattr(axes, "get_zlim") else ("x", "y")
    for name in names:
        getattr(axes, f"set_{name}lim")(low - margin, high + margin)
        getattr(axes, f"set_{name}ticks")([low, (low + high) / 2, high])
    axes.set_aspect("equal")


def cloud(
    axes: Axes | Axes3D,
    real: np.ndarray | None,
    generated: np.ndarray | None,
    *,
    limit: float = 1.0,
    size: float = 3.0,
) -> None:
    """Real (blue) and generated (vermilion) points (count, 2 or 3) in the box [−limit, limit]^d."""
    if real is not None:
        scatter(axes, real, color=REAL, label="real", size=size)
    if generated is not None:
        scatter(axes, generated, color=GENERATED, label="generated", size=size)
    box_limits(axes, -limit, limit)
    if hasattr(axes, "get_zlim"):
        space: Any = axes
        space.view_init(elev=22, azim=-55)
        space.tick_params(labelbottom=False, labelleft=False, labelright=False)
        for axis in (space.xaxis, space.yaxis, space.zaxis):
            axis.set_pane_color((0.97, 0.97, 0.97, 1.0))
            axis.line.set_color("#999999")
            axis._axinfo["grid"].update(color="#DDDDDD", linewidth=0.4)
