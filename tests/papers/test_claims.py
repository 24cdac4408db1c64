"""Every claim of the papers has a statement, a function, and an entry or a reason in every suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines import SUITES

from pipeline import params
from pipeline.papers.discovery import declared
from pipeline.papers.registry import judge_of
from pipeline.papers.table import papers, table

PAPERS = {"gan": 12, "aan": 10, "beta_gan": 12, "tempered": 15, "dfm": 14}
# Structural (gan), and of a method that the paper itself left out (dfm).
WITHOUT_FUNCTION = {("gan", "C12"), ("dfm", "C11")}


def test_all_claims_of_the_five_papers_are_there() -> None:
    found = {paper: table(paper).claims for paper in papers() if table(paper).claims}
    assert {paper: len(entries) for paper, entries in found.items()} == PAPERS
    for entries in found.values():
        assert list(entries) == [f"C{number}" for number in range(1, len(entries) + 1)]


def test_statements_and_tests_are_sentences() -> None:
    for paper in papers():
        for claim in table(paper).claims.values():
            assert claim.statement.endswith(".") and claim.test.endswith(".")
            assert "|" not in claim.statement


@pytest.mark.parametrize("paper", PAPERS)
def test_every_claim_that_runs_can_decide_has_a_function(paper: str) -> None:
    known = set(declared("claim", paper))
    assert set(table(paper).claims) - known == {name for p, name in WITHOUT_FUNCTION if p == paper}
    assert known <= set(table(paper).claims)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_every_suite_speaks_of_every_claim_of_its_papers(suite: Path) -> None:
    content = params.load(suite / "params.yaml")
    for paper in content.papers:
        spoken = {block.id for block in content.claims.values() if block.paper == paper}
        spoken |= set(content.papers[paper].untested)
        assert set(table(paper).claims) - spoken == set(), paper
        assert all(content.papers[paper].untested.values())


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_every_entry_fits_its_function(suite: Path) -> None:
    for block in params.load(suite / "params.yaml").claims.values():
        judge_of(block)
