"""download SOURCE: fetch a source's raw files and verify their hashes."""

from __future__ import annotations

import argparse

from pipeline.base import paths
from pipeline.base.files import write_json
from pipeline.datasets import sources
from pipeline.datasets.fetch import mirrors
from pipeline.graph.job import Worker
from pipeline.params import choose, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a name under `sources` in params.yaml")


def run(options: argparse.Namespace) -> None:
    params = load()
    source = choose(params.sources, options.source, "source")
    worker = Worker(params)
    with worker.job(worker.steps.download(options.source)):
        manifest = sources.download(options.source, source, mirrors(params.mirror))
        write_json(paths.manifest(options.source), manifest)
