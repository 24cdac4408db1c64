"""lock: record what lies in the folder in dvc.lock, if it is sure to be what params.yaml says.

`dvc commit -f` writes down whatever lies in the folder beside whatever params.yaml says now. So every
file must be what a step left, by its receipt, from what there is now, whichever engine made it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import exclusive, write_bytes
from pipeline.base.suite_lock import is_held
from pipeline.graph.needs import Book
from pipeline.graph.receipts import Checker, some
from pipeline.params import Params

# Folders in which nothing may lie that no step leaves, and files that an engine leaves there.
RECORDED = (
    paths.PROCESSED,
    paths.EXTRACTORS,
    paths.CHECKPOINTS,
    paths.SAMPLES,
    paths.EVIDENCE,
    paths.NEEDS,
    paths.RECEIPTS,
    paths.REPORTS,
)
MARKS = (".snakemake_timestamp", ".gitignore")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> None:
    del options
    with exclusive(paths.LOCKS / "lock.lock", "dvc.lock"):
        suite = params.load()
        refuse_unless_current(suite)
        commit()
    print(paths.LOCK)


def refuse_unless_current(suite: Params) -> None:
    """Raises PipelineError while a file is not what a step left from what there is now, or of no step."""
    book = Book(suite)
    book.write()
    checker = Checker(book)
    steps = list(book.steps.all())
    for step in steps:
        try:
            checker.check_current(step)
        except PipelineError as error:
            raise PipelineError(
                f"dvc.lock was not written: {error} `snakemake --cores all lock` makes whatever is not up to "
                "date."
            ) from None
    known = {path for step in steps for path in (*step.outputs, step.receipt)}
    if strays := sorted(_strays(known | book.files())):
        raise PipelineError(
            f"dvc.lock was not written: {some([str(path) for path in strays])} would be recorded, but no "
            "job makes it any more (an experiment or seed that was removed?). Delete it, and lock again."
        )


def commit() -> None:
    """Write dvc.lock anew from what is in the folder; on failure the old one stays."""
    from dvc.exceptions import DvcException
    from dvc.lock import LockNoop
    from dvc.repo import Repo

    before = paths.LOCK.read_bytes() if paths.LOCK.exists() else None
    # A lock that is updated would keep the stages of experiments that are gone.
    paths.LOCK.unlink(missing_ok=True)
    try:
        with Repo() as repo:
            if is_held():
                repo.lock = LockNoop()
            repo.commit("dvc.yaml", force=True, relink=False)
    except BaseException as error:
        if before is not None:
            write_bytes(paths.LOCK, before)
        if isinstance(error, DvcException):
            raise PipelineError(f"DVC could not write dvc.lock: {error}") from None
        raise


def _strays(known: set[Path]) -> Iterable[Path]:
    """Files among the results and what they rest on that no step leaves."""
    for folder in RECORDED:
        files = (file for file in folder.rglob("*") if file.is_file() and file.name not in MARKS)
        yield from (file for file in files if file not in known and not file.match("*.partial"))
