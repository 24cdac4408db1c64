"""The documentation's table of data sets: `python -m pipeline.params.datasets.catalogue` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from pipeline.params.datasets import celeba, cifar10, folder, imagenet, mnist, scikit, stl10, tfd
from pipeline.params.datasets.common import Entry, Sizes
from pipeline.params.sources import Source

ENTRIES: tuple[Entry, ...] = (
    scikit.ENTRY,
    scikit.ENTRY_PHOTOGRAPHS,
    mnist.ENTRY,
    cifar10.ENTRY,
    stl10.ENTRY,
    tfd.ENTRY,
    celeba.ENTRY,
    imagenet.ENTRY,
    imagenet.ENTRY_32,
    folder.ENTRY,
)
HEAD = ("source", "files", "examples", "where from", "licence", "prepared as")


def table() -> str:
    """Markdown: a row a source, with the numbers of examples that its release has."""
    rows = [HEAD, ["---"] * len(HEAD), *(_row(entry) for entry in ENTRIES)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(entry: Entry) -> Sequence[str]:
    prepared = "; ".join(f"`{kind}`: {how}" for kind, how in entry.prepared.items())
    numbers = "; ".join(_numbers(entry.source))
    return (f"`{entry.source}`", entry.files, numbers, entry.obtained, entry.licence, prepared)


def _numbers(kind: str) -> Iterator[str]:
    """How many examples of each split are released, or how many in all where splits differ."""
    blocks = get_args(get_args(Source)[0])
    (block,) = (one for one in blocks if kind in get_args(one.model_fields["kind"].annotation))
    source = block.model_construct(kind=kind)
    released: Sizes | None = getattr(source, "released", None)
    if released is not None:
        yield from (f"{count:,} {split}" for split, count in released._asdict().items() if count)
    elif images := getattr(source, "images", None):
        yield f"{images:,}"


if __name__ == "__main__":
    print(table(), end="")
