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


def level(axes: Axes, height: float, text: str = "", *, color: str = MUTED, **line: Any) -> None:
    """A thin line across a panel at a known value, with its name at the right end."""
    axes.axhline(height, color=color, **{"linewidth": 0.7, "linestyle": ":", **line})
    if text:
        axes.annotate(
            text, (1, height), (0, 2), xycoords=("axes fraction", "data"), textcoords="offset points",
            ha="right", va="bottom", color=color, size=8,
        )  # fmt: skip


def right_axis(axes: Axes, **settings: Any) -> Axes:
    """A second ordinate at the right, over the same abscissa; settings: as for Axes.set."""
    right: Axes = axes.twinx()
    right.spines["right"].set_visible(True)
    right.set(**settings)
    return right


def places(axes: Axes, names: Sequence[str], **settings: Any) -> None:
    """Names along the abscissa, at 0, 1, …; settings: as for Axes.set."""
    axes.set(xticks=range(len(names)), xticklabels=names, xlim=(-0.5, len(names) - 0.5), **settings)


def outer(axes: np.ndarray, xlabel: str, ylabel: str) -> None:
    """Labels at the lower and left edges of a grid of panels that share their axes."""
    for panel in axes[-1]:
        panel.set_xlabel(xlabel)
    for panel in axes[:, 0]:
        panel.set_ylabel(ylabel)


def bare(axes: Axes) -> None:
    """No ticks, no frame: for pictures and diagrams."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def legend_below(figure: Figure | SubFigure, axes: Axes | np.ndarray, **options: Any) -> None:
    """One legend for the whole figure or part, of all that the panels name, centred under them.

    options: as for Figure.legend, such as a place where the layout finds none.
    """
    named: dict[str, Any] = {}
    for panel in axes.flat if isinstance(axes, np.ndarray) else [axes]:
        handles, labels = panel.get_legend_handles_labels()
        named |= {k: h for k, h in zip(labels, handles, strict=True) if k not in named}
    if not named:
        return
    options = {"loc": "outside lower center", "ncols": len(named), **options}
    legend: Any = figure.legend(named.values(), named, **options)
    for handle in legend.legend_handles:
        # dots in a legend are drawn as large and as solid as its text
        if hasattr(handle, "set_sizes"):
            handle.set_sizes([18.0])
            handle.set_alpha(0.9)
