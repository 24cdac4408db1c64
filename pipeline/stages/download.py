"""download SOURCE: fetch a source's raw files and verify their hashes."""

from __future__ import annotations

import argparse

from pipeline import paths
from pipeline.datasets import sources
from pipeline.datasets.fetch import mirrors
from pipeline.files import exclusive, remove_partials, write_json
from pipeline.params import choose, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a name under `sources` in params.yaml")


def run(options: argparse.Namespace) -> None:
    params = load()
    source = choose(params.sources, options.source, "source")
    with exclusive(paths.LOCKS / f"download-{options.source}.lock", f"the download of '{options.source}'"):
        remove_partials([paths.manifest(options.source)])
        manifest = sources.download(options.source, source, mirrors(params.mirror))
        write_json(paths.manifest(options.source), manifest)
