"""The documentation's table of data sets: `python -m pipeline.params.datasets.catalogue` prints it."""

from __future__ import annotations

import inspect
import sys
from typing import Any, get_args

from pipeline.params.datasets import BLOCKS, kind_of
from pipeline.params.datasets.common import Sizes
from pipeline.params.sources import Source

HEAD = ("source", "files", "examples", "where from", "licence", "prepared as")


def table() -> str:
    """Markdown: a row a source, made of the docstrings of its blocks and the facts beside them."""
    rows = [HEAD, ("---",) * len(HEAD), *map(_row, get_args(get_args(Source)[0]))]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(block: Any) -> tuple[str, ...]:
    facts, kind = sys.modules[block.__module__], kind_of(block)
    prepared = (f"`{name}`: {_said(made)}" for name, made in BLOCKS.items() if made.source == kind)
    examples = _examples(block.model_construct(kind=kind))
    return f"`{kind}`", _said(block), examples, facts.OBTAINED, facts.LICENCE, " ".join(prepared)


def _said(block: Any) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join(inspect.getdoc(block).partition("\n\n")[0].split())  # type: ignore[union-attr]


def _examples(source: Any) -> str:
    """How many a release has for each split, or in all where that is for its files to say."""
    released: Sizes | None = getattr(source, "released", None)
    if released is None:
        return f"{source.images:,}" if hasattr(source, "images") else ""
    return ", ".join(f"{count:,} {split}" for split, count in released._asdict().items() if count)


if __name__ == "__main__":
    print(table(), end="")
