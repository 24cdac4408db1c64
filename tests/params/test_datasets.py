"""The documentation's table of data sets, and which jobs an edit of a fact reaches."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import ROOT

from pipeline import params
from pipeline.graph import code, schema
from pipeline.graph.needs import Book, Needs
from pipeline.params.datasets import BLOCKS
from pipeline.params.datasets.catalogue import table

Jobs = dict[tuple[str, str], Needs]


def test_every_source_has_a_row_and_every_kind_of_data_its_place() -> None:
    lines = table().splitlines()
    assert len({line.count("|") for line in lines}) == 1
    for kind, block in BLOCKS.items():
        (row,) = (line for line in lines if line.startswith(f"| `{block.source}` "))
        assert f"`{kind}`: " in row
    assert "| 60,000 train, 10,000 test |" in table() and "| 102,236 |" in table()


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of facts in a copy of the code, which is what is hashed."""
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(code, "FOLDER", tmp_path / "pipeline")
    yield tmp_path / "pipeline/params/datasets"
    forget()


def forget() -> None:
    schema.class_digest.cache_clear()
    schema._definitions.cache_clear()


def needs() -> Jobs:
    forget()
    book = Book(params.load(ROOT / "suites/paper/params.yaml"))
    return {job: book.of(*job) for job in book.jobs()}


def changed(before: Jobs) -> set[tuple[str, str]]:
    after = needs()
    return {job for job in before if before[job] != after[job]}


def test_a_fact_reaches_who_uses_the_data_set_and_nobody_else(facts: Path) -> None:
    before = needs()

    def edit(old: str, new: str) -> set[tuple[str, str]]:
        file = facts / "cifar10.py"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
        return changed(before)

    assert edit("none stated", "stated") == set()
    assert edit("c32a1d4ab5d03f1284b67883e8d87530", "0" * 32) == {("download", "cifar10")}
    renamed = edit('"CIFAR-10"', '"CIFAR"') - {("download", "cifar10")}
    assert ("prepare", "cifar10") in renamed
    others = {name for stage, name in renamed if stage in ("train", "prepare", "extractor", "sample")}
    assert others == {"cifar10"}
    (facts / "another.py").write_text((facts / "stl10.py").read_text())
    assert changed(before) - {("download", "cifar10")} == renamed
