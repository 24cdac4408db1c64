"""study STUDY: train or compute something small on a known law, for results and claims to read."""

from __future__ import annotations

import argparse

from pipeline import params
from pipeline.graph.job import Worker
from pipeline.studies import Studied


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", help="a key under studies: in params.yaml")


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    block = params.choose(suite.studies, options.study, "study")
    made, worker = Studied(options.study, block), Worker(suite)
    with worker.job(worker.steps.study(options.study)):
        made.write(block.load()(block))
    print(made.path)
