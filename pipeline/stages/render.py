"""render RESULT: draw one figure or table from its evidence."""

from __future__ import annotations

import argparse

from pipeline import params
from pipeline.base import paths
from pipeline.base.files import write_csv, write_text
from pipeline.figures import style
from pipeline.graph.job import Worker
from pipeline.measures.evidence import Evidence
from pipeline.papers.page import page
from pipeline.papers.registry import drawing_function
from pipeline.studies import Studied


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "result", metavar="RESULT", help="a key under results: in params.yaml, such as gan-table1"
    )


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    block = params.choose(suite.results, options.result, "result")
    draw = drawing_function(block)
    evidence = {}
    for role, name in block.uses.items():
        experiment = suite.experiments[name]
        evidence[role] = Evidence(name, experiment, suite.datasets[experiment.dataset])
    studies = {role: Studied(name, suite.studies[name]) for role, name in block.studies.items()}
    worker = Worker(suite)
    with worker.job(worker.steps.render(options.result)):
        drawing = draw(evidence, **studies, **block.settings)
        png, svg, csv, md = paths.result_files(block.kind, block.paper, block.id)
        style.save(drawing.figure, png)
        style.save(drawing.figure, svg)
        write_csv(csv, drawing.rows)
        write_text(md, page(block, suite.papers[block.paper].title, drawing, evidence, studies))
    print(f"{options.result}: {png}")
