"""Training killed before every single file operation, then started again as an engine would."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from configs import PARAMS, changed
from ruamel.yaml import YAML

from pipeline.__main__ import main
from pipeline.base import paths

CHANGING = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink"}
WRITING = os.O_WRONLY | os.O_RDWR
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


def die_before(operation: int) -> None:
    """SIGKILL this process when it is about to change a file for the given time."""
    left = operation

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in CHANGING or (event == "open" and arguments[2] & WRITING):
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    sys.addaudithook(hook)


def killed(operation: int) -> bool:
    """Train in a child that dies before the given operation; whether it lived long enough to do so."""
    child = os.fork()
    if child == 0:
        die_before(operation)
        os._exit(main(["train", "toy"]))
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def files(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_killed_before_any_file_operation_it_ends_in_the_same_bytes(suite: Path) -> None:
    assert main(["train", "toy"]) == 0
    expected = files(OUTPUTS)
    assert len(expected) == 6
    for operation in itertools.count():
        shutil.rmtree(OUTPUTS)
        if not killed(operation):
            break
        # Under which another publication must not lose what the first one had.
        shutil.rmtree(OUTPUTS, ignore_errors=True)
        assert main(["train", "toy"]) == 0
        assert files(OUTPUTS) == expected, operation
        assert not files(paths.WORK), operation
        assert not list(paths.LOGS.rglob("*.partial")), operation
    assert operation > 30
