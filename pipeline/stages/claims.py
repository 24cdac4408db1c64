"""claims: put every claim of the suite's papers to its test."""

from __future__ import annotations

import argparse
from itertools import chain

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import write_json, write_text
from pipeline.claims.finding import Claim as Statement
from pipeline.claims.finding import unmeasured
from pipeline.claims.page import SILENT, Judged, numbers, page
from pipeline.graph.job import Worker
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import judge_of
from pipeline.papers.table import table
from pipeline.params import Params
from pipeline.params.experiment import Claim
from pipeline.studies import Studied


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> None:
    del options
    suite = params.load()
    evidence = {
        name: Evidence(name, block, suite.datasets[block.dataset])
        for name, block in suite.experiments.items()
    }
    studies = {name: Studied(name, block) for name, block in suite.studies.items()}
    tables = {paper: table(paper) for paper in suite.papers}
    worker = Worker(suite)
    with worker.job(worker.steps.claims()):
        judged = {
            paper: {
                name: _judged(suite, paper, name, claim, evidence, studies)
                for name, claim in about.claims.items()
            }
            for paper, about in tables.items()
            if about.claims
        }
        titles = {paper: about.title for paper, about in tables.items()}
        write_json(paths.CLAIMS_METRICS, numbers(judged))
        write_text(paths.CLAIMS, page(suite.suite.title, titles, judged))
    print(paths.CLAIMS)


def _judged(
    suite: Params,
    paper: str,
    name: str,
    claim: Statement,
    evidence: dict[str, Evidence],
    studies: dict[str, Studied],
) -> Judged:
    """One claim of its paper, by its entry in params.yaml if it has one.

    Evidence that is missing or damaged raises PipelineError; a claim that it does not fit stays open.
    """
    key = f"{paper}-{name}"
    block: Claim | None = suite.claims.get(key)
    if block is None:
        return Judged(claim, None, suite.papers[paper].untested.get(name, SILENT), {}, {})
    used = {role: [evidence[one] for one in block.experiments(role)] for role in block.uses}
    studied = {role: studies[one] for role, one in block.studies.items()}
    judge = judge_of(block)
    for run_ in chain.from_iterable(used.values()):
        run_.read()
    for study in studied.values():
        study.read()
    try:
        finding = judge(used, **studied, **block.settings)
    except PipelineError as error:
        # The runs lie there, after days perhaps: one claim that they do not fit must not cost the others.
        finding = unmeasured("what the claim is about", str(error))
        print(f"papers.{paper}.claims.{name}: {error}")
    return Judged(claim, finding, "", used, block.settings, studied)
