"""render RESULT: draw one figure or table from its evidence; render PAPER: those that are not up to date.

DVC draws a paper's in one job, since it cannot loop over the evidence of one; Snakemake draws each by itself.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterable
from pathlib import Path

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import write_csv, write_text
from pipeline.figures import style
from pipeline.graph.job import Worker
from pipeline.measures.evidence import Evidence
from pipeline.papers.page import page
from pipeline.papers.registry import drawing_function
from pipeline.params import Params
from pipeline.studies import Studied


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "result",
        metavar="RESULT|PAPER",
        help="a result such as gan-table1, or a paper such as gan",
    )


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    if options.result not in suite.papers:
        params.choose(suite.results, options.result, "result")
        draw(suite, options.result, Worker(suite))
        return
    worker = Worker(suite)
    names = [f"{options.result}-{name}" for name in suite.papers[options.result].results]
    steps = [worker.steps.render(name) for name in names]
    _keep_only({file for step in steps for file in (*step.outputs, step.receipt)}, options.result)
    for step in steps:
        try:
            worker.checker.check_current(step)
        except PipelineError:
            # hashes of what is drawn anew are not those that have just been checked
            draw(suite, step.key, Worker(suite))


def draw(suite: Params, name: str, worker: Worker) -> None:
    """Draw a result, whatever there is of it."""
    block = suite.results[name]
    draws = drawing_function(block)
    evidence = {
        role: Evidence(used, suite.experiments[used], suite.datasets[suite.experiments[used].dataset])
        for role, used in block.uses.items()
    }
    studies = {role: Studied(used, suite.studies[used]) for role, used in block.studies.items()}
    with worker.job(worker.steps.render(name)):
        drawing = draws(evidence, **studies, **block.settings)
        png, svg, csv, md = paths.result_files(block.paper, block.id)
        style.save(drawing.figure, png)
        style.save(drawing.figure, svg)
        write_csv(csv, drawing.rows)
        write_text(md, page(block, drawing, evidence, studies))
    print(f"{name}: {png}")


def _keep_only(files: Iterable[Path], paper: str) -> None:
    """Remove what was drawn of results that the paper no longer has here."""
    for folder in (paths.results(paper), paths.receipt("render", paper).with_suffix("")):
        folder.mkdir(parents=True, exist_ok=True)
        for stray in {*folder.iterdir()} - {*files}:
            with contextlib.suppress(OSError):
                stray.unlink()
