"""The tables hold every result and claim of the inventory, and every suite draws or tests what they hold."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from engines import ROOT, SUITES

from pipeline import inventory, params
from pipeline.params import Params

DATA = Path(os.environ.get("TEMPERA_MIRROR") or Path(__file__).parents[3] / "shared/data")
DOCUMENT = DATA.parent / "papers/INVENTORY.md"
PAPERS = ("gan", "aan", "beta_gan", "tempered", "dfm")

suites = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
with_document = pytest.mark.skipif(not DOCUMENT.exists(), reason=f"{DOCUMENT} is not at hand")


def ids_in(section: str) -> dict[str, list[str]]:
    """Paper → ids in the first column of its tables under a heading, such as 'Results'."""
    found: dict[str, list[str]] = {}
    for paper in PAPERS:
        part = re.split(rf"^## {paper}: ", DOCUMENT.read_text(), flags=re.MULTILINE)[1]
        part = re.split(r"^## ", part, flags=re.MULTILINE)[0]
        table = re.split(rf"^### {section}$", part, flags=re.MULTILINE)[1]
        table = re.split(r"^### ", table, flags=re.MULTILINE)[0]
        cells = re.findall(rf"^\| {paper}/([^|]+)\|", table, flags=re.MULTILINE)
        # a cell may name several panels, and say in brackets what a row is for
        found[paper] = [one.strip() for cell in cells for one in re.sub(r"\(.*?\)", "", cell).split(",")]
    return found


@with_document
def test_results_are_those_of_the_document() -> None:
    ours = {
        paper: [name for name, entry in entries.items() if not entry.ours]
        for paper, entries in inventory.results().items()
        if paper in PAPERS
    }
    assert {paper: sorted(names) for paper, names in ours.items()} == {
        paper: sorted(names) for paper, names in ids_in("Results").items()
    }


@with_document
def test_claims_are_those_of_the_document() -> None:
    assert {paper: list(entries) for paper, entries in inventory.claims().items()} == ids_in("Claims")


def drawn(suite: Params) -> set[tuple[str, str]]:
    return {(block.paper, block.id) for block in suite.results.values()}


def panels(paper: str, name: str) -> set[str]:
    """The rows of the table that one drawing shows: fig3 has the panels fig3a to fig3d."""
    rows = inventory.results().get(paper, {})
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
        (paper, name)
        for paper in PAPERS
        for name in inventory.results()[paper]
        if (paper, name) not in covered
    }
    assert missing == set()


def test_paper_suite_waits_for_nothing_that_it_draws(paper_suite: Params) -> None:
    waiting = {(paper, name) for paper, block in paper_suite.papers.items() for name in block.waiting}
    assert waiting & drawn(paper_suite) == set()


def test_paper_suite_tests_every_claim_or_says_why_not(paper_suite: Params) -> None:
    tested = {(block.paper, block.id) for block in paper_suite.claims.values()}
    tested |= {(paper, name) for paper, block in paper_suite.papers.items() for name in block.untested}
    wanted = {(paper, name) for paper in PAPERS for name in inventory.claims()[paper]}
    assert wanted - tested == set()
