"""Training killed before every single file operation, then started again as an engine would."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
import torch
from configs import PARAMS, changed
from killing import killed
from ruamel.yaml import YAML

from pipeline.__main__ import main
from pipeline.base import paths

OUTPUTS = paths.checkpoints("beta_gan", "toy")


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    params = changed(PARAMS, {"experiments.toy.train.steps": 2, "experiments.toy.train.snapshots": [0]})
    YAML(typ="safe").dump(params, paths.PARAMS)
    assert main(["download", "synthetic"]) == 0
    assert main(["prepare", "mixture"]) == 0
    return tmp_path


def train() -> None:
    assert main(["train", "toy"]) == 0


def files(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_killed_before_any_file_operation_it_ends_in_the_same_bytes(suite: Path) -> None:
    train()
    expected = files(OUTPUTS)
    assert len(expected) == 6
    for operation in itertools.count():
        shutil.rmtree(OUTPUTS)
        if not killed(operation, train):
            break
        # Under which another publication must not lose what the first one had.
        shutil.rmtree(OUTPUTS, ignore_errors=True)
        train()
        assert files(OUTPUTS) == expected, operation
        assert not files(paths.WORK), operation
        assert not list(paths.LOGS.rglob("*.partial")), operation
    assert operation > 30
