"""study STUDY: train or compute something small on a known law, for results and claims to read."""

from __future__ import annotations

import argparse

from pipeline import params, paths
from pipeline.files import exclusive
from pipeline.studies import Studied


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", help="a key under studies: in params.yaml")


def run(options: argparse.Namespace) -> None:
    block = params.choose(params.load().studies, options.study, "study")
    made = Studied(options.study, block)
    with exclusive(paths.LOCKS / f"study-{options.study}.lock", f"the study '{options.study}'"):
        made.write(block.load()(block))
    print(made.path)
