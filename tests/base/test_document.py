"""A YAML file is read as every other reader reads it, and every mistake has its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import load_yaml
from engines import ROOT, SUITES, exact
from ruamel.yaml import YAML

from pipeline import params
from pipeline.base import document
from pipeline.base.errors import PipelineError

FILES = [suite / "params.yaml" for suite in SUITES] + sorted((ROOT / "pipeline/papers").glob("*/paper.yaml"))
SCALARS = (
    "1 -1 +1 010 0o10 -0o17 0b11 0x1F 1_000 1_0.5 1e3 1.e3 1e-3 .5 -.5 +.5 1. -1.5E+3 true True TRUE yes no "
    "on off ~ null Null '1' \"x\" 1:30 1.2.3 + _ 1_ 12e03 0 -0 0.0 -0.0 00 08 !!str"
)
MERGES = """\
a: &a {x: 1, y: 2}
b: &b {y: 3, z: 4}
c: {<<: [*a, *b], z: 5, w: 6}
d: {w: 1, <<: *a, x: 9}
e: {<<: {<<: *a, q: 1}, x: 2}
f: {p: 1, <<: [*b, *a]}
"""
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
MISTAKES = {
    "syntax": ("a: 1\nb: [1,\n", (3, 1), "not valid YAML"),
    "colon": ("a: b: c\n", (1, 5), "mapping values are not allowed"),
    "tab": ("a:\n\tb: 1\n", (2, 1), "a tab"),
    "tab after spaces": ("a:\n  b: 1\n \tc: 1\n", (3, 2), "a tab"),
    "alias": ("a: &nothing x\nb: *nothign\n", (2, 4), "did you mean 'nothing'"),
    "duplicate": ("a: 1\nb: 2\na: 3\n", (3, 1), "stands in line 1 already"),
    "infinity": ("a: {lr: .inf}\n", (1, 9), "not a finite number"),
    "nan": ("a:\n- 1.0\n- .nan\n", (3, 3), "not a finite number"),
    "overflow": ("a: 1e999\n", (1, 4), "not a finite number"),
    "bomb": (BOMB, (7, 5), "aliases repeat blocks"),
    "cycle": ("a: &a {b: *a}\n", (1, 4), "holds itself"),
    "depth": ("a: " + "[" * 100_000, (1, 203), "nested"),
    "second document": ("a: 1\n---\nb: 1\n", (2, 1), "second document"),
    "control character": ("a: 1\nb: x\x01y\n", (2, 5), "control character"),
    "tag": ("a: !!python/object:os.system x\n", (1, 4), "tag"),
    "date": ("a: 2001-01-01\n", (1, 4), "quotes"),
    "merge": ("a: {<<: 3}\n", (1, 9), "<<"),
    "key": ("? [a]\n: 1\n", (1, 3), "a key"),
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_fast_reader_agrees_with_the_slow_one_and_with_dvcs(file: Path) -> None:
    ours = document.read(file)
    slow = YAML(typ="safe", pure=True).load(file.read_text())
    assert ordered(ours) == ordered(slow)
    assert exact(ours) == exact(load_yaml(str(file)))


@pytest.mark.parametrize("text", [*(f"k: {scalar}" for scalar in SCALARS.split()), "k:", MERGES])
def test_scalars_and_merges_are_those_of_yaml_1_2(text: str) -> None:
    assert ordered(document.parse(text)) == ordered(YAML(typ="safe", pure=True).load(text))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_its_line_and_column(name: str, tmp_path: Path) -> None:
    text, (line, column), words = MISTAKES[name]
    file = tmp_path / "params.yaml"
    file.write_text(text)
    with pytest.raises(PipelineError) as caught:
        params.read(file)
    told = str(caught.value)
    assert told.startswith(f"{file}, line {line}, column {column}: ")
    assert words in told and "\n" not in told


def test_bytes_that_are_not_utf_8_have_their_place(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_bytes("é: 1\n".encode() + "né: Schölkopf".encode("latin-1"))
    with pytest.raises(PipelineError, match=r"line 2, column 2: the byte 0xe9 .*save it as UTF-8"):
        params.read(file)


@pytest.mark.parametrize(
    ("text", "what"), [("", "empty"), ("# x\n", "empty"), ("- a\n", "a list"), ("3", "single")]
)
def test_a_file_without_keys_is_told_what_it_must_have(text: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text(text)
    with pytest.raises(PipelineError, match=rf"line 1, column 1: .*{what}.*the keys suite"):
        params.read(file)


def test_a_folder_in_its_place_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="cannot be read"):
        params.read(tmp_path)


def test_blocks_nested_by_indentation_are_refused_before_python_runs_out_of_stack() -> None:
    text = "".join(f"{' ' * depth}a:\n" for depth in range(2000))
    with pytest.raises(document.Mistake, match="nested too deep"):
        document.parse(text)


def ordered(value: Any) -> Any:
    """A value in which types and the order of keys count."""
    if isinstance(value, dict):
        return [(ordered(key), ordered(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return [ordered(inner) for inner in value]
    return type(value).__name__, repr(value)
