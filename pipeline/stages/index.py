"""index PAPER: for every result of a paper, the hashes of the evidence it rests on.

DVC cannot loop over a list of dependencies, so `render` depends on its own entry and runs again exactly
when that evidence changed.
"""

from __future__ import annotations

import argparse

from pipeline import params
from pipeline.base import paths
from pipeline.base.files import write_json
from pipeline.graph.job import Worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paper", metavar="PAPER", help="a key under papers: in params.yaml")


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    params.choose(suite.papers, options.paper, "paper")
    worker = Worker(suite)
    with worker.job(worker.steps.index(options.paper)) as job:
        folder = paths.index(options.paper)
        folder.mkdir(parents=True, exist_ok=True)
        for stale in {*folder.glob("*.json")} - {*job.step.outputs}:
            stale.unlink()
        for block in suite.results.values():
            if block.paper == options.paper:
                write_json(
                    paths.index_entry(options.paper, block.id),
                    {
                        maker.key: {path.parts[1]: job.inputs[str(path)] for path in maker.outputs}
                        for maker in worker.steps.render(f"{block.paper}-{block.id}").makers
                    },
                )
