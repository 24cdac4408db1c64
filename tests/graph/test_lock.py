"""dvc.lock is written only for files that are sure to be what params.yaml says."""

from __future__ import annotations

from pathlib import Path

import pytest
from dvc.exceptions import DvcException
from dvc.repo import Repo
from ruamel.yaml import YAML

from pipeline import params
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.stages import lock


def test_a_finished_suite_is_recorded(edited: Path) -> None:
    before = YAML(typ="safe").load(paths.LOCK)
    assert main(["lock"]) == 0
    assert YAML(typ="safe").load(paths.LOCK) == before
    with Repo() as repo:
        assert repo.status() == {"needs": ["always changed"]}


def test_an_edit_that_was_not_run_is_refused(edited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = paths.LOCK.read_bytes()
    paths.PARAMS.write_text(paths.PARAMS.read_text().replace("steps: 20", "steps: 25"))
    assert main(["lock"]) == 1
    assert "snakemake --cores all lock" in capsys.readouterr().err
    assert paths.LOCK.read_bytes() == before


def test_files_of_unknown_origin_are_refused(edited: Path) -> None:
    """Put there by hand, say: no receipt tells what made them."""
    receipt = paths.receipt("render", "gan/rps")
    receipt.unlink()
    with pytest.raises(PipelineError, match=r"rps\.json is missing, so nothing tells what made"):
        lock.refuse_unless_current(params.load())


def test_either_engine_may_have_made_them(edited: Path) -> None:
    """Receipts vouch for files, not Snakemake's memory: after `dvc pull` there is none."""
    metadata = edited / ".snakemake/metadata"
    metadata.rename(edited / "hidden")
    try:
        lock.refuse_unless_current(params.load())
    finally:
        (edited / "hidden").rename(metadata)


@pytest.mark.parametrize(
    "stray", [paths.checkpoint("gan", "gan-digits", 7), paths.metrics("beta_gan", "gone")], ids=str
)
def test_files_that_no_job_makes_are_refused(edited: Path, stray: Path) -> None:
    stray.write_text("left over")
    try:
        with pytest.raises(PipelineError, match=f"{stray.name}.*no job makes it"):
            lock.refuse_unless_current(params.load())
    finally:
        stray.unlink()


def test_a_failing_commit_keeps_the_old_lock(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = paths.LOCK.read_bytes()

    def fail(*arguments: object, **options: object) -> None:
        raise DvcException("the cache is full")

    monkeypatch.setattr(Repo, "commit", fail)
    with pytest.raises(PipelineError, match="the cache is full"):
        lock.commit()
    assert paths.LOCK.read_bytes() == before
