"""The documentation's table of data sets."""

from __future__ import annotations

from typing import get_args

from pipeline.params.datasets import TITLES
from pipeline.params.datasets.catalogue import ENTRIES, table
from pipeline.params.sources import Source


def test_every_source_and_every_kind_of_data_has_its_place() -> None:
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Source)[0])}
    assert {entry.source for entry in ENTRIES} == kinds - {"synthetic"}
    prepared = {kind for entry in ENTRIES for kind in entry.prepared}
    assert prepared == set(TITLES) - {"mixture", "cubes", "uniform"}
    lines = table().splitlines()
    assert len(lines) == 2 + len(ENTRIES) and len({line.count("|") for line in lines}) == 1
    assert "60,000 train; 10,000 test" in table()
