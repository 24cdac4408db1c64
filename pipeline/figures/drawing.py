"""A result as drawn, and the rows that tables of seeds are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.measures.reading import rounded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """A result as drawn: the figure, the rows it was drawn from, and a caption.

    The caption says what is shown; what was run (data, steps, samples, seeds) is added by `render`
    from the evidence.
    """

    figure: Figure
    rows: list[Row]
    caption: str


def seed_rows(
    seeds: Iterable[int],
    columns: Mapping[str, Mapping[int, float | None]],
    about: Mapping[str, Any],
    digits: int = 4,
) -> list[Row]:
    """A row for each seed; columns: name → seed → value, None or absent where the seed diverged."""
    return [
        {**about, "seed": seed, **{name: rounded(by.get(seed), digits) for name, by in columns.items()}}
        for seed in seeds
    ]
