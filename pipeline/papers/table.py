"""What each paper contains, as its folder's paper.yaml has it: results and claims by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.base.errors import PipelineError, nearest
from pipeline.claims.finding import Claim

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Result:
    """shown: a figure, table or number, in our words. data, protocol: as the paper has them. reported: what
    is printed, or "image only" where it exists only inside a figure. table: whether it is one. ours: whether
    the project adds it, and no paper has it. title: of what the paper does not number."""

    shown: str
    data: str
    protocol: str
    reported: str
    table: bool = False
    ours: bool = False
    title: str = ""


@dataclass(frozen=True)
class Paper:
    """results, claims: id, such as table1 or C1, → what it is, in the order of the paper."""

    title: str
    authors: str
    year: int
    results: Mapping[str, Result]
    claims: Mapping[str, Claim]


@cache
def table(paper: str) -> Paper:
    """The table of a paper. Raises PipelineError for one that has no folder."""
    file = FOLDER / paper / "paper.yaml"
    if not file.exists():
        raise PipelineError(f"papers.{paper}: there is no paper '{paper}'; {nearest(paper, papers())}")
    content = YAML(typ="safe").load(file)
    return Paper(
        content["title"],
        content["authors"],
        content["year"],
        {name: Result(**entry) for name, entry in content.get("results", {}).items()},
        {name: Claim(**entry) for name, entry in content.get("claims", {}).items()},
    )


def papers() -> list[str]:
    """The names of all papers."""
    return sorted(file.parent.name for file in FOLDER.glob("*/paper.yaml"))
