"""The code that a stage declares is the code that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from engines import ROOT, SUITES

from pipeline import discovery, params
from pipeline.graph import SECTIONS, code_files
from pipeline.needs import STAGES
from pipeline.params.base import Choice
from pipeline.params.datasets import Prepare
from pipeline.params.sources import Source

# How a stage is called, what it is given and where its files lie, but no number that it computes.
PLUMBING = {
    "pipeline/__init__.py",
    "pipeline/datasets/__init__.py",
    "pipeline/discovery.py",
    "pipeline/errors.py",
    "pipeline/files.py",
    "pipeline/gan/__init__.py",
    "pipeline/inventory/__init__.py",
    "pipeline/paths.py",
    "pipeline/progress.py",
    "pipeline/provenance.py",
}
# Fetching and checking of files that have a known hash.
MOVING = {f"pipeline/datasets/{name}.py" for name in ("fetch", "sources/__init__", "transfer")}


@cache
def contents() -> list[params.Params]:
    return [params.load(suite / "params.yaml") for suite in SUITES]


def items(stage: str) -> Iterator[Any]:
    subject = STAGES[stage].subject
    for content in contents():
        yield from getattr(content, SECTIONS[subject]).values() if subject else [None]


def modules_of(value: Any) -> Iterator[str]:
    """The modules that carry out a block and the blocks in it."""
    if isinstance(value, Choice):
        yield value.implementation.partition(":")[0]
    if isinstance(value, params.BaseModel):
        for name in type(value).model_fields:
            yield from modules_of(getattr(value, name))
    if isinstance(value, list):
        for inner in value:
            yield from modules_of(inner)


def carried_out(stage: str, item: Any) -> set[str]:
    """The modules that a stage loads by the name in its block."""
    blocks = {
        "download": lambda: [item],
        "prepare": lambda: [item.prepare],
        "extractor": lambda: [item.extractor],
        "train": lambda: [item.train],
        "sample": lambda: [item.train.networks, item.train.objective, item.train.prior],
        "evaluate": lambda: item.evaluate.metrics,
        "study": lambda: [item],
    }
    wanted = {module for block in blocks.get(stage, list)() for module in modules_of(block)}
    judged = (ROOT / "pipeline/claims").glob("*.py") if stage == "claims" else ()
    wanted |= {f"pipeline.claims.{file.stem}" for file in judged}
    return wanted | ({discovery.results(item.paper)[item.id]} if stage == "render" else set())


def files_of(module: str) -> list[Path]:
    place = ROOT / Path(*module.split("."))
    return [file for file in (place.with_suffix(".py"), place / "__init__.py") if file.exists()]


@cache
def imported(file: Path) -> tuple[Path, ...]:
    """The project's own files that a file imports, anywhere but for type checking."""
    return tuple(_imported(file))


def _imported(file: Path) -> Iterator[Path]:
    tree = ast.parse(file.read_text())
    hints = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    skipped = {id(inner) for node in hints for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in skipped and node.module:
            for module in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                yield from files_of(module) if module.startswith("pipeline") else ()


def closure(files: list[Path]) -> set[str]:
    seen: set[Path] = set()
    while files:
        file = files.pop()
        if file not in seen:
            seen.add(file)
            files.extend(imported(file))
    return {str(file.relative_to(ROOT)) for file in seen}


@pytest.mark.parametrize("stage", STAGES)
def test_declares_what_it_imports(stage: str) -> None:
    exempt = PLUMBING if stage == "download" else PLUMBING | MOVING
    for item in items(stage):
        modules = {f"pipeline.stages.{stage}", *carried_out(stage, item)}
        used = closure([file for module in modules for file in files_of(module)])
        used = {file for file in used - exempt if not file.startswith("pipeline/params/")}
        assert used - set(code_files(stage, item)) == set()


@pytest.mark.parametrize(("stage", "union"), [("download", Source), ("prepare", Prepare)])
def test_declares_what_every_kind_imports_in_a_suite_or_not(stage: str, union: Any) -> None:
    exempt = PLUMBING if stage == "download" else PLUMBING | MOVING
    for block in get_args(get_args(union)[0]):
        (kind,) = get_args(block.model_fields["kind"].annotation)
        item = SimpleNamespace(kind=kind, prepare=SimpleNamespace(kind=kind))
        used = closure(files_of(block.implementation.partition(":")[0]))
        used = {file for file in used - exempt if not file.startswith("pipeline/params/")}
        assert used - set(code_files(stage, item)) == set()


@pytest.mark.parametrize("stage", STAGES)
def test_declares_files_that_exist(stage: str) -> None:
    for item in items(stage):
        assert [file for file in code_files(stage, item) if not (ROOT / file).exists()] == []
