"""Receipts for files that a test made up, as the stages that stand for them would have left."""

from __future__ import annotations

from pipeline.base.files import sha256, write_text
from pipeline.graph.needs import Book
from pipeline.graph.receipts import Receipt
from pipeline.graph.steps import Step, Steps
from pipeline.params import Params

BEFORE_EVALUATION = ("download", "prepare", "extractor", "train", "sample")


def leave_receipts(suite: Params, *stages: str, fill: bool = False) -> None:
    """A receipt for every step, of these stages if any are named, whose outputs are all there; with `fill`,
    something is put in the place of those that are not."""
    book = Book(suite)
    for step in Steps(suite).all():
        if stages and step.stage not in stages:
            continue
        for path in step.outputs:
            if fill and not path.exists():
                write_text(path, str(path))
        if step.outputs and all(path.exists() for path in step.outputs):
            leave_receipt(step, book)


def leave_receipt(step: Step, book: Book) -> None:
    read = [path for maker in step.makers for path in maker.outputs if path.exists()]
    Receipt(
        step=step.name,
        needs=book.of(step.stage, step.key).plain(),
        inputs={str(path): sha256(path) for path in read},
        outputs={str(path): sha256(path) for path in step.outputs},
        platform={},
    ).write(step.receipt)
