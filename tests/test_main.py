from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from configs import PARAMS, changed
from ruamel.yaml import YAML

from pipeline.__main__ import STAGES, main
from pipeline.base import paths


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    YAML(typ="safe").dump(PARAMS, paths.PARAMS)
    return tmp_path


@pytest.mark.parametrize("stage", [name for name in STAGES if name != "lock"])
def test_every_stage_explains_itself(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([stage, "--help"])
    assert ended.value.code == 0
    assert STAGES[stage][1:] in " ".join(capsys.readouterr().out.split())


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["trian"])
    assert ended.value.code == 2
    assert "invalid choice: 'trian'" in capsys.readouterr().err


def test_the_journal_tells_what_ran_and_how_it_ended(suite: Path) -> None:
    assert main(["download", "synthetic"]) == 0
    assert main(["download", "sythetic"]) == 1
    first, second = paths.JOURNAL.read_text().splitlines()
    assert first.endswith("download synthetic  done")
    assert "PipelineError: There is no source 'sythetic'" in second


def test_an_interrupted_stage_says_how_to_go_on(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.stages.download.run", interrupted)
    assert main(["download", "synthetic"]) == 130
    assert "run the same command again" in capsys.readouterr().err


def test_a_folder_without_a_suite_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "toy"]) == 1
    assert "one with a params.yaml" in capsys.readouterr().err


def test_dvc_tells_a_stage_its_name(suite: Path) -> None:
    for word in ("download@synthetic", "dvc.yaml:download@synthetic", "../a/dvc.yaml:download@synthetic"):
        assert main(["download", word]) == 0
    assert main(["download", "prepare@synthetic"]) == 1


def test_a_stage_checks_all_of_params_yaml_first(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    YAML(typ="safe").dump(changed(PARAMS, {"papers.beta_gan.results.fig3": {}}), paths.PARAMS)
    assert main(["download", "synthetic"]) == 1
    assert "papers.beta_gan.results.fig3.uses.annealed_five: is missing" in capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_is_one_sentence(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    def refused(path: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    assert main(["download", "synthetic"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: ") and "change its permissions" in told and len(told.splitlines()) == 1
