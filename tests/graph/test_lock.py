"""dvc.lock is written only for files that are sure to be what params.yaml says."""

from __future__ import annotations

from pathlib import Path

import pytest
from dvc.exceptions import DvcException
from dvc.repo import Repo
from ruamel.yaml import YAML

from pipeline import paths
from pipeline.__main__ import main
from pipeline.errors import PipelineError
from pipeline.stages import lock


def test_a_finished_suite_is_recorded(edited: Path) -> None:
    before = YAML(typ="safe").load(paths.LOCK)
    assert main(["lock"]) == 0
    assert YAML(typ="safe").load(paths.LOCK) == before
    with Repo() as repo:
        assert repo.status() == {}


def test_an_edit_that_was_not_run_is_refused(edited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = paths.LOCK.read_bytes()
    paths.PARAMS.write_text(paths.PARAMS.read_text().replace("steps: 20", "steps: 25"))
    assert main(["lock"]) == 1
    assert "snakemake --cores all lock" in capsys.readouterr().err
    assert paths.LOCK.read_bytes() == before


def test_files_of_unknown_origin_are_refused(edited: Path) -> None:
    """After `dvc repro` or `dvc pull` Snakemake does not know what the files were made with."""
    metadata = edited / ".snakemake/metadata"
    metadata.rename(edited / "hidden")
    try:
        with pytest.raises(PipelineError, match=r"does not know what made.*snakemake --touch --forceall"):
            lock.refuse_unless_current()
    finally:
        for created in metadata.parent.glob("metadata"):
            created.rmdir()
        (edited / "hidden").rename(metadata)


@pytest.mark.parametrize(
    "stray", [paths.checkpoint("gan", "gan-digits", 7), paths.metrics("beta_gan", "gone")], ids=str
)
def test_files_that_no_job_makes_are_refused(edited: Path, stray: Path) -> None:
    stray.write_text("left over")
    try:
        with pytest.raises(PipelineError, match=f"{stray.name}.*no job makes it"):
            lock.refuse_unless_current()
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
