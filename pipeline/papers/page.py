"""What stands beside a picture: the paper's own number, and what was run for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing
from pipeline.figures.protocol import ran
from pipeline.measures.evidence import Evidence
from pipeline.papers.table import table
from pipeline.params.experiment import Result
from pipeline.studies import Studied


def heading(block: Result) -> str:
    """The number a paper gives its result, as 'Figure 2 (top)'; else its title, or its id in words."""
    numbered = re.fullmatch(r"(fig|table)(\d+)([a-z]?)(?:-(.+))?", block.id)
    if numbered is None:
        known = table(block.paper).results.get(block.id)
        return known.title if known and known.title else block.id.replace("-", " ")
    word = {"fig": "Figure", "table": "Table"}[numbered[1]]
    part = f" ({numbered[4].replace('-', ' ')})" if numbered[4] else ""
    return f"{word} {numbered[2]}{numbered[3]}{part}"


def page(
    block: Result,
    drawing: Drawing,
    evidence: Mapping[str, Evidence],
    studies: Mapping[str, Studied],
) -> str:
    """The result's markdown: number, picture, caption, what was run, and for a table its rows."""
    about = table(block.paper)
    parts = [
        f"# {heading(block)}",
        f"![{block.paper}/{block.id}]({block.id}.png)",
        f"{drawing.caption}",
        f"*{tables.plain(about.title)}; result `{block.paper}-{block.id}`; "
        f"what was drawn: [{block.id}.csv]({block.id}.csv).*",
        "What was run:\n\n" + "\n".join(ran(block, evidence, studies)),
    ]
    if block.id in about.results and about.results[block.id].table:
        parts.append(tables.markdown(drawing.rows).rstrip("\n"))
    return "\n\n".join(parts) + "\n"
