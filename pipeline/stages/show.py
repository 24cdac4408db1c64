"""show EXPERIMENT: print an experiment as the schema resolves it, and where each value comes from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from pipeline import params
from pipeline.base import document, paths


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment", metavar="EXPERIMENT", help="a key under experiments: in params.yaml")


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    block = params.choose(suite.experiments, options.experiment, "experiment")
    lines = document.lines(paths.PARAMS.read_text())
    rows = [
        (path, str(value), _origin(f"experiments.{options.experiment}.{path}", lines))
        for path, value in leaves(params.plain(block))
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for path, value, origin in rows:
        print(f"{path:{widths[0]}}  {value:{widths[1]}}  {origin}")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path and value of all that is no block."""
    if not isinstance(value, dict) or not value:
        yield path, value
        return
    for name, inner in value.items():
        yield from leaves(inner, f"{path}.{name}" if path else name)


def _origin(path: str, lines: dict[str, int]) -> str:
    """The line of a value, or of the list that it is in; else it is a default of the schema."""
    return f"line {lines[path]}" if path in lines else "default"
