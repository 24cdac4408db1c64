"""needs: work out what every job rests on besides files, for both engines to depend on."""

from __future__ import annotations

import argparse

from pipeline.graph.checks import load_checked
from pipeline.graph.needs import Book


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> None:
    del options
    Book(load_checked()).write()
