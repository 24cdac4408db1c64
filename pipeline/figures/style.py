"""One style for every figure: sizes, colours, panels, and deterministic files.

Figures are built without pyplot, from fonts that matplotlib ships, so the same arrays give the same
bytes. Colours are Okabe and Ito's, told apart under every common colour blindness.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.files import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure
    from mpl_toolkits.mplot3d.axes3d import Axes3D

REAL = "#0072B2"
GENERATED = "#D55E00"
THEORY = "#222222"
MUTED = "#8A8A8A"
PALETTE = (REAL, GENERATED, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#222222")

TEXT_WIDTH = 6.5
DPI = 150

_STYLE: dict[str, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "legend.fontsize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#444444",
    "axes.axisbelow": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.3,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": DPI,
    "svg.hashsalt": "tempera",
    "svg.fonttype": "path",
    "image.interpolation": "nearest",
}


def canvas(
    rows: int = 1,
    columns: int = 1,
    *,
    width: float = TEXT_WIDTH,
    height: float = 2.4,
    three_d: bool = False,
    layout: Literal["constrained", "none"] = "constrained",
    **grid: Any,
) -> tuple[Figure, np.ndarray]:
    """A figure of `width` × `height` inches and its panels, an object array (rows, columns) of Axes.

    `grid` goes on to Figure.subplots: sharex, sharey, width_ratios, height_ratios.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(_STYLE)
    figure = Figure(figsize=(width, height), layout=None if layout == "none" else layout)
    FigureCanvasAgg(figure)
    if three_d:
        grid["subplot_kw"] = {"projection": "3d", **grid.get("subplot_kw", {})}
    axes = figure.subplots(rows, columns, squeeze=False, **grid)
    return figure, axes


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG or SVG, by the path's suffix; equal figures give equal bytes.

    Raises PipelineError for another suffix.
    """
    formats = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None}}
    if path.suffix not in formats:
        raise PipelineError(f"A figure is written as .png or .svg, not as {path.name}.")
    import matplotlib

    drawn = io.BytesIO()
    with matplotlib.rc_context(_STYLE):
        figure.savefig(drawn, format=path.suffix[1:], dpi=DPI, metadata=formats[path.suffix])
    write_bytes(path, drawn.getvalue())


def stack(heights: Sequence[float], *, width: float = TEXT_WIDTH) -> tuple[Figure, list[SubFigure]]:
    """A figure of parts one under the other, of the given heights in inches.

    Each part is laid out by itself (part.subplots, part.legend), so that labels in one do not push
    the panels of another apart.
    """
    figure, axes = canvas(width=width, height=sum(heights))
    axes[0, 0].remove()
    return figure, list(figure.subfigures(len(heights), 1, height_ratios=list(heights), squeeze=False)[:, 0])


def wide(figure: Figure, axes: np.ndarray, row: int, first: int = 0, last: int | None = None) -> Axes:
    """Replace the panels `first` … `last` (exclusive; None: the end) of a row by one across their width."""
    grid = axes[row, 0].get_subplotspec().get_gridspec()
    for panel in axes[row, first:last]:
        panel.remove()
    return figure.add_subplot(grid[row, first:last])


def letter(axes: Axes, text: str) -> None:
    """A panel's title, at the left over the axes, as in '(a) saturating'."""
    axes.set_title(text, loc="left")


def notice(axes: Axes | Axes3D, text: str) -> None:
    """A panel that has nothing to show says why: 'diverged at step 400'."""
    axes.set_axis_off()
    place = axes.text2D if hasattr(axes, "text2D") else axes.text
    place(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED, style="italic")


def bare(axes: Axes) -> None:
    """No ticks, no frame: for pictures and diagrams."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def tile(images: np.ndarray, columns: int, padding: int = 2) -> np.ndarray:
    """Images (count, channels, height, width) uint8 in rows of `columns`, as one picture (h, w, 3).

    Raises PipelineError when the array is not uint8 with one or three channels.
    """
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] not in (1, 3):
        raise PipelineError(
            "An image grid takes uint8 images (count, 1 or 3, height, width), "
            f"not {images.dtype} {images.shape}."
        )
    count, _, height, width = images.shape
    rows = -(-count // columns)
    picture = np.full(
        (rows * (height + padding) - padding, columns * (width + padding) - padding, 3), 255, np.uint8
    )
    for position, image in enumerate(images):
        top = position // columns * (height + padding)
        left = position % columns * (width + padding)
        picture[top : top + height, left : left + width] = image.transpose(1, 2, 0)
    return picture


def show_images(axes: Axes, images: np.ndarray, columns: int, padding: int = 2) -> None:
    """Draw a grid of uint8 images (count, channels, height, width) into a panel."""
    bare(axes)
    axes.imshow(tile(images, columns, padding), interpolation="nearest")


def image_figure(
    groups: Sequence[tuple[str, np.ndarray]], columns: int, *, width: float = TEXT_WIDTH
) -> Figure:
    """Grids of images side by side, each under its title: [(title, uint8 images), …]."""
    rows = max(-(-len(images) // columns) for _, images in groups)
    panel = width / len(groups)
    figure, axes = canvas(1, len(groups), width=width, height=panel * rows / columns + 0.3)
    for panel_axes, (title, images) in zip(axes[0], groups, strict=True):
        show_images(panel_axes, images, columns)
        panel_axes.set_title(title)
    return figure


def spread(
    axes: Axes, x: np.ndarray, values: np.ndarray, *, label: str, color: str, every: bool = True, **line: Any
) -> None:
    """Mean over seeds as a line, ± one sample deviation as a band, each seed as a thin line.

    values: (seeds, len(x)); NaN where a seed has no value. A seed that diverged ends where its values
    end, and the mean goes on over the others.
    """
    present = np.isfinite(values)
    count = present.sum(axis=0)
    shown = count > 0
    filled = np.where(present, values, 0.0)
    mean = filled.sum(axis=0)[shown] / count[shown]
    squares = np.where(present[:, shown], (values[:, shown] - mean) ** 2, 0.0).sum(axis=0)
    deviation = np.sqrt(squares / np.maximum(count[shown] - 1, 1))
    axes.plot(x[shown], mean, color=color, label=label, zorder=3, **line)
    if len(values) > 1:
        axes.fill_between(
            x[shown], mean - deviation, mean + deviation, color=color, alpha=0.18, lw=0, zorder=1
        )
    if every and len(values) > 1:
        for seed_values in values:
            axes.plot(x, seed_values, color=color, alpha=0.45, linewidth=0.5, zorder=2)


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


def legend_below(figure: Figure | SubFigure, axes: Axes, columns: int | None = None) -> None:
    """One legend for the whole figure or part, centred under its panels."""
    handles, labels = axes.get_legend_handles_labels()
    legend: Any = figure.legend(handles, labels, loc="outside lower center", ncols=columns or len(labels))
    for handle in legend.legend_handles:
        # dots in a legend are drawn as large and as solid as its text
        if hasattr(handle, "set_sizes"):
            handle.set_sizes([18.0])
            handle.set_alpha(0.9)


def common_legend(figure: Figure | SubFigure, axes: np.ndarray) -> None:
    """The legend of the first panel that has one, under all of them; none where every run diverged."""
    labelled = [axis for axis in axes.flat if axis.get_legend_handles_labels()[1]]
    if labelled:
        legend_below(figure, labelled[0])
