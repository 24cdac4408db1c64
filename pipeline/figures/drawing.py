"""A result as drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    """A result as drawn: the figure, the rows it was drawn from, and a caption.

    The caption says what is shown; what was run (data, steps, samples, seeds) is added by `render`
    from the evidence.
    """

    figure: Figure
    rows: list[dict[str, Any]]
    caption: str
