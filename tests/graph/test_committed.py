"""The committed dvc.lock, params.yaml, code, versions and reports belong together."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from engines import SUITES
from ruamel.yaml import YAML

from pipeline import params
from pipeline.base import paths
from pipeline.graph.needs import Book

pytestmark = pytest.mark.committed

RECORDED = [suite for suite in SUITES if (suite / "dvc.lock").exists()]
recorded = pytest.mark.parametrize("suite", RECORDED, ids=lambda suite: suite.name)


@pytest.fixture
def stages(suite: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(suite / "dvc.lock")["stages"]
    return content


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


@pytest.mark.skipif(not RECORDED, reason="no suite has a dvc.lock yet")
@recorded
def test_every_stage_was_recorded_with_the_values_code_and_versions_of_now(
    suite: Path, stages: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(suite / "params.yaml", tmp_path)
    book = Book(params.load())
    book.write()
    seen = set()
    for name, stage in stages.items():
        for dep in stage.get("deps", []):
            if Path(dep["path"]).is_relative_to(paths.NEEDS):
                assert md5(tmp_path / dep["path"]) == dep["md5"], name
                seen.add(dep["path"])
    # Those of a seed or of a result stand in one file for DVC.
    gathered = paths.NEEDS / "train", paths.NEEDS / "render"
    assert seen == {str(path) for path in book.files() if path.parent not in gathered}


@recorded
def test_every_report_is_the_recorded_one(suite: Path, stages: dict[str, Any]) -> None:
    counted = 0
    for name, stage in stages.items():
        for out in (out for out in stage["outs"] if Path(out["path"]).is_relative_to(paths.REPORTS)):
            path = suite / out["path"]
            if path.is_dir():
                listed = [{"md5": md5(file), "relpath": file.name} for file in sorted(path.iterdir())]
                text = json.dumps(listed, sort_keys=True)
                assert out["md5"] == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() + ".dir", (
                    name
                )
                counted += len(listed)
            else:
                assert md5(path) == out["md5"], name
                counted += 1
    assert counted == sum(file.is_file() for file in (suite / paths.REPORTS).rglob("*"))


@recorded
def test_no_report_is_of_no_stage(suite: Path, stages: dict[str, Any]) -> None:
    outs = [Path(out["path"]) for stage in stages.values() for out in stage["outs"]]
    files = [file.relative_to(suite) for file in (suite / paths.REPORTS).rglob("*") if file.is_file()]
    strays = [file for file in files if not any(file.is_relative_to(out) for out in outs)]
    assert strays == []
