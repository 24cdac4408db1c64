"""How many examples a data set will have, before anything is downloaded."""

from __future__ import annotations

from pipeline.params.datasets import Prepare
from pipeline.params.datasets.common import Files, Sizes
from pipeline.params.datasets.mnist import ColorMNIST
from pipeline.params.sources import Source


def split_sizes(prepare: Prepare, source: Source | None) -> Sizes | None:
    """Sizes of the splits. None where only the files can say: those of a folder of images, of TFD, whose
    folds differ, and of a source that is not verified."""
    if isinstance(prepare, ColorMNIST):
        return Sizes(prepare.count, 0, prepare.reference_count)
    released: Sizes | None = getattr(source, "released", None)
    if isinstance(source, Files) and not source.verify:
        released = None
    count: int | None = getattr(prepare, "count", released.train if released else None)
    if count is not None and hasattr(prepare, "splits"):
        return Sizes(*prepare.splits.sizes(count))
    if source is None or released is None or prepare.source != source.kind:
        return None
    held = getattr(prepare, "validation", 0)
    return released._replace(train=released.train - held, validation=released.validation + held)


def examples(prepare: Prepare, source: Source) -> int | None:
    """All that are prepared, or that the source has where its splits leave some out; None if nobody knows
    before they are there."""
    sizes = split_sizes(prepare, source)
    return sum(sizes) if sizes else getattr(source, "images", None)
