"""Every suite draws or tests what the papers' tables hold, or says why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from engines import ROOT, SUITES

from pipeline import params
from pipeline.papers.table import table
from pipeline.params import Params

PAPERS = ("gan", "aan", "beta_gan", "tempered", "dfm")

suites = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)


def drawn(suite: Params) -> set[tuple[str, str]]:
    return {(block.paper, block.id) for block in suite.results.values()}


def panels(paper: str, name: str) -> set[str]:
    """The rows of the table that one drawing shows: fig3 has the panels fig3a to fig3d."""
    rows = table(paper).results
    return {row for row in rows if row == name or re.fullmatch(rf"{re.escape(name)}[a-d]", row)}


@suites
def test_what_is_drawn_is_in_the_table(suite: Path) -> None:
    content = params.load(suite / "params.yaml")
    assert [(paper, name) for paper, name in drawn(content) if not panels(paper, name)] == []


@pytest.fixture(scope="module")
def paper_suite() -> Params:
    return params.load(ROOT / "suites/paper/params.yaml")


def test_paper_suite_draws_every_result_or_says_why_not(paper_suite: Params) -> None:
    covered = {(paper, row) for paper, name in drawn(paper_suite) for row in panels(paper, name)}
    covered |= {(paper, name) for paper, block in paper_suite.papers.items() for name in block.waiting}
    missing = {
        (paper, name) for paper in PAPERS for name in table(paper).results if (paper, name) not in covered
    }
    assert missing == set()


def test_paper_suite_waits_for_nothing_that_it_draws(paper_suite: Params) -> None:
    waiting = {(paper, name) for paper, block in paper_suite.papers.items() for name in block.waiting}
    assert waiting & drawn(paper_suite) == set()


def test_paper_suite_tests_every_claim_or_says_why_not(paper_suite: Params) -> None:
    tested = {(block.paper, block.id) for block in paper_suite.claims.values()}
    tested |= {(paper, name) for paper, block in paper_suite.papers.items() for name in block.untested}
    wanted = {(paper, name) for paper in PAPERS for name in table(paper).claims}
    assert wanted - tested == set()
