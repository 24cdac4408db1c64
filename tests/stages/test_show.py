"""show prints every value of an experiment once, with the line that it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines import ROOT

from pipeline import __main__, params
from pipeline.base import document
from pipeline.stages.show import leaves

TEXT = """\
base: &base
  kind: adam
  lr: 0.1
list: [1, 2]
experiments:
  toy:
    optimizer: {<<: *base, lr: 0.2}
    other: *base
heir: &heir {optimizer: *base}
last: {<<: *heir, optimizer: {kind: sgd}}
"""


def test_inherited_values_have_the_line_that_they_stand_in() -> None:
    found = document.lines(TEXT)
    assert found["experiments.toy.optimizer.kind"] == 2
    assert found["experiments.toy.optimizer.lr"] == 7
    assert found["experiments.toy.other.lr"] == 3
    assert found["list"] == 4
    assert found["last.optimizer.kind"] == 10 and "last.optimizer.lr" not in found


def test_every_value_is_printed_with_its_origin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "suites/smoke")
    assert __main__.main(["show", "mixture-annealed"]) == 0
    printed = capsys.readouterr().out.splitlines()
    expected = dict(leaves(params.plain(params.load().experiments["mixture-annealed"])))
    assert [line.split()[0] for line in printed] == list(expected)
    text = Path("params.yaml").read_text().splitlines()
    for printed_line in printed:
        path, *_, origin = printed_line.split()
        if " line " in printed_line:
            name, value = path.split(".")[-1], expected[path]
            shown = value[0] if isinstance(value, list) and value else value
            assert (
                name in text[int(origin) - 1]
                or isinstance(shown, dict)
                or str(shown) in text[int(origin) - 1]
            )
        else:
            assert origin == "default"
    defaults = {line.split()[0] for line in printed if line.endswith("default")}
    assert "train.optimizers.generator.beta2" in defaults


def test_an_unknown_experiment_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "suites/smoke")
    assert __main__.main(["show", "mixture"]) == 1
    assert "There is no experiment 'mixture' in params.yaml: did you mean" in capsys.readouterr().err
