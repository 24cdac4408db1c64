"""The documentation's table of data sets, and what an edit of a fact reaches."""

from __future__ import annotations

from pipeline.params.datasets import BLOCKS
from pipeline.params.datasets.catalogue import table


def test_every_source_has_a_row_and_every_kind_of_data_its_place() -> None:
    lines = table().splitlines()
    assert len({line.count("|") for line in lines}) == 1
    for kind, block in BLOCKS.items():
        (row,) = (line for line in lines if line.startswith(f"| `{block.source}` "))
        assert f"`{kind}`: " in row
    assert "| 60,000 train, 10,000 test |" in table() and "| 102,236 |" in table()
