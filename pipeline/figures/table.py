"""Tables: as a figure in the manner of printed papers, and as markdown."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE_HEIGHT = 0.165
GAP = 0.22
MISSING = "—"
# what Markdown reads as emphasis, code, links and strikethrough; `|` is a matter of cells
SPECIAL = re.compile(r"[\\`*_\[\]~]")
# what it reads as a heading, a list, a quotation or a rule at the start of a line
START = re.compile(r"^(\d+)?([#+=.)-])")


def plain(text: str) -> str:
    """Free text as Markdown that shows it letter by letter; nothing in it is markup or HTML."""
    return START.sub(r"\1\\\2", SPECIAL.sub(r"\\\g<0>", html.escape(text, quote=False)))


def number(value: float | None, digits: int = 2) -> str:
    """A number with a true minus sign, or a dash where there is none."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:.{digits}f}".replace("-", "−")


def plus_minus(mean: float | None, error: float | None, digits: int = 2) -> str:
    """mean ± error; the mean alone where the error is unknown, a dash where the mean is."""
    if mean is None or error is None:
        return number(mean, digits)
    return f"{number(mean, digits)} ± {number(error, digits)}"


def figure(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    bold: Sequence[tuple[int, int]] = (),
    rules: Sequence[int] = (),
    note: str = "",
) -> Figure:
    """A table as a picture of its own size: first column left, the others centred.

    Cells may hold line breaks and mathtext. bold: (row, column) pairs. rules: rows that have a thin
    line above them. note: a line of small print underneath.
    """
    layout = _measure(header, rows)
    width, height = layout.width, layout.height + (note.count("\n") + 1 if note else 0) * LINE_HEIGHT
    canvas, axes = style.canvas(width=width, height=height, layout="none")
    axes[0, 0].set_position((0.0, 0.0, 1.0, 1.0))
    axes[0, 0].set(xlim=(0, width), ylim=(height, 0))
    foot = _draw(axes[0, 0], header, rows, layout, bold, rules)
    if note:
        axes[0, 0].text(GAP, foot + 0.06, note, va="top", size=7.5, color="#444444")
    return canvas


def of(
    rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str] | None = None, **options: Any
) -> Figure:
    """Rows as a picture: the columns named in `headings`, under what is said there, or all under their own
    names; a dash where a row has nothing. options: as for `figure`."""
    shown = dict(zip(rows[0], rows[0], strict=True)) if headings is None else headings
    cells = [["" if row.get(name) is None else str(row[name]) for name in shown] for row in rows]
    return figure([*shown.values()], [[cell or MISSING for cell in line] for line in cells], **options)


def panel(
    axes: Axes, header: Sequence[str], rows: Sequence[Sequence[str]], rules: Sequence[int] = ()
) -> None:
    """A small table inside a panel, filling its width; rules: as for `figure`."""
    layout = _measure(header, rows)
    axes.set(xlim=(0, layout.width), ylim=(layout.height, 0))
    _draw(axes, header, rows, layout, (), rules)


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a markdown table, columns in order of first appearance, empty cells where a row lacks one."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [_line(columns), _line(["---"] * len(columns))]
    lines += [_line([_cell(row.get(column)) for column in columns]) for row in rows]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:.5g}"
    return str(value).replace("|", "\\|").replace("\n", " ")


@dataclass(frozen=True)
class _Layout:
    """Widths of the columns and heights of the lines in inches."""

    widths: list[float]
    heights: list[float]

    @property
    def width(self) -> float:
        return sum(self.widths) + GAP * (len(self.widths) + 1)

    @property
    def height(self) -> float:
        return sum(self.heights) + 0.3


def _measure(header: Sequence[str], rows: Sequence[Sequence[str]]) -> _Layout:
    """The room that the cells need, measured by the renderer."""
    ruler, axes = style.canvas(width=1, height=1, layout="none")
    renderer = ruler.canvas.get_renderer()  # type: ignore[attr-defined]

    def width(text: str) -> float:
        box = axes[0, 0].text(0, 0, text, weight="bold").get_window_extent(renderer)
        return box.width / ruler.dpi

    lines = [header, *rows]
    widths = [max(width(line[column]) for line in lines) for column in range(len(header))]
    return _Layout(
        widths, [LINE_HEIGHT * max(cell.count("\n") + 1 for cell in line) + 0.05 for line in lines]
    )


def _draw(
    axes: Axes,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    layout: _Layout,
    bold: Sequence[tuple[int, int]],
    rules: Sequence[int],
) -> float:
    """The cells and their rules, from the top of the axes down. Returns where the table ends."""
    style.bare(axes)
    left = GAP + np.cumsum([0.0, *(width + GAP for width in layout.widths[:-1])])
    ends = (GAP / 2, left[-1] + layout.widths[-1] + GAP / 2)
    top = 0.1
    axes.plot(ends, (top, top), color=style.THEORY, linewidth=1.1)
    for place, (line, height) in enumerate(zip([header, *rows], layout.heights, strict=True), start=-1):
        if place == 0 or (place > 0 and place in rules):
            axes.plot(ends, (top, top), color=style.THEORY, linewidth=0.6)
        for column, cell in enumerate(line):
            heavy = place < 0 or (place, column) in bold
            x = left[column] if column == 0 else left[column] + layout.widths[column] / 2
            axes.text(
                x, top + height / 2, cell, ha="left" if column == 0 else "center", va="center",
                weight="bold" if heavy else "normal",
            )  # fmt: skip
        top += height
    axes.plot(ends, (top, top), color=style.THEORY, linewidth=1.1)
    return top
