"""why STAGE KEY: say why a job would run again: which value, which file, which version."""

from __future__ import annotations

import argparse

from pipeline import params
from pipeline.base.errors import PipelineError
from pipeline.graph.needs import Book
from pipeline.graph.receipts import Checker, changes, read
from pipeline.graph.steps import Step, Steps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("of", metavar="STAGE", help="a stage, such as train")
    parser.add_argument("key", metavar="KEY", nargs="?", default="", help="what it runs for in params.yaml")


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    book = Book(suite)
    book.of(options.of, options.key)
    checker = Checker(book)
    for step in Steps(suite).of(options.of, options.key):
        found = reasons(step, checker)
        print(f"{step.name}: {'nothing to do' if not found else ''}".rstrip())
        for reason in found:
            print(f"  {reason}")


def reasons(step: Step, checker: Checker) -> list[str]:
    """Why a step is not up to date, in words; empty when it is."""
    try:
        receipt = read(step)
    except PipelineError as error:
        return [str(error)]
    found = changes(receipt.needs, checker.book.of(step.stage, step.key).plain())
    found += [
        f"{path} was edited" for path in step.outputs if receipt.outputs.get(str(path)) != checker.hash(path)
    ]
    for maker in step.makers:
        for path in maker.outputs:
            if not path.exists():
                found.append(f"{path} is missing")
            elif receipt.inputs.get(str(path)) != checker.hash(path):
                found.append(f"{path} is another")
    return found
