from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import zc.lockfile
from engines import ROOT

from pipeline.base import locks, paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import exclusive
from pipeline.base.suite_lock import DVC, HELD, STAGES, STARTED_BY_DVC, hold_suite, share_suite

# An engine that starts a stage through a shell and names the stage's process.
ENGINE = """
import subprocess, sys
subprocess.run(["bash", "-c", f"{sys.executable} stage.py; true"])
"""
STAGE = """
from pipeline.base.suite_lock import end_with_engine
import os, pathlib, time
end_with_engine()
pathlib.Path("started").write_text(str(os.getpid()))
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HELD, "")
    monkeypatch.delenv(HELD)
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.1)
    DVC.parent.mkdir(parents=True)


def test_stages_share_the_suite_and_keep_snakemake_out() -> None:
    with share_suite(), share_suite(), pytest.raises(PipelineError, match="started by DVC or by hand"):
        hold_suite()


def test_snakemake_keeps_other_stages_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with hold_suite():
        with share_suite():
            pass
        monkeypatch.delenv(HELD)
        with pytest.raises(PipelineError, match="Snakemake is at work"), share_suite():
            pass
    with share_suite():
        pass


def test_snakemake_keeps_another_out() -> None:
    with hold_suite(), pytest.raises(PipelineError, match="Another Snakemake is at work"):
        hold_suite()
    hold_suite().close()


def test_snakemake_and_dvc_keep_each_other_out() -> None:
    with hold_suite(), pytest.raises(zc.lockfile.LockError):
        zc.lockfile.LockFile(str(DVC))
    lock = zc.lockfile.LockFile(str(DVC))
    with pytest.raises(PipelineError, match="DVC is at work"):
        hold_suite()
    lock.close()
    hold_suite().close()


def test_a_refused_start_leaves_nothing_held() -> None:
    with locks.take(DVC, fcntl.LOCK_EX, ""), pytest.raises(PipelineError):
        hold_suite()
    with share_suite():
        pass


def test_a_folder_without_dvc_is_left_without() -> None:
    shutil.rmtree(".dvc")
    hold_suite().close()
    assert not Path(".dvc").exists()


def test_snakemake_waits_for_the_stages_of_an_earlier_run() -> None:
    with locks.take(STAGES, fcntl.LOCK_SH, ""), pytest.raises(PipelineError, match="of an earlier run"):
        hold_suite()


def test_clearing_the_data_frees_no_lock() -> None:
    lock = paths.LOCKS / "train-toy-0.lock"
    with exclusive(lock, "experiment 'toy'"):
        shutil.rmtree("data", ignore_errors=True)
        with pytest.raises(PipelineError, match="already working on experiment 'toy'"):
            exclusive(lock, "experiment 'toy'").__enter__()


def test_a_lock_that_is_removed_before_it_is_taken_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, flock = Path("a.lock"), fcntl.flock

    def late(file: object, mode: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        lock.unlink()
        flock(file, mode)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", late)
    with locks.take(lock, fcntl.LOCK_EX, ""), pytest.raises(PipelineError, match="busy"):
        locks.take(lock, fcntl.LOCK_EX, "busy")


def start(held: bool = False, by_dvc: bool = False) -> tuple[int, int]:
    """Processes of an engine and of a stage that it started."""
    Path("stage.py").write_text(STAGE)
    before = "from pipeline.base.suite_lock import hold_suite; held = hold_suite()" if held else ""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **({STARTED_BY_DVC: "train"} if by_dvc else {})}
    engine = subprocess.Popen([sys.executable, "-c", before + ENGINE], env=environment)
    deadline = time.monotonic() + 60
    while not (Path("started").exists() and Path("started").read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return engine.pid, int(Path("started").read_text())


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
@pytest.mark.parametrize("by", ["held", "by_dvc"])
def test_a_stage_ends_with_its_engine(by: str, deadly: signal.Signals) -> None:
    engine, stage = start(**{by: True})
    os.kill(engine, deadly)
    psutil.Process(stage).wait(timeout=10)
    os.waitpid(engine, 0)


def test_a_stage_that_was_started_by_hand_outlives_its_terminal() -> None:
    terminal, stage = start()
    os.kill(terminal, signal.SIGKILL)
    os.waitpid(terminal, 0)
    time.sleep(1)
    assert psutil.Process(stage).status() != psutil.STATUS_ZOMBIE
    os.kill(stage, signal.SIGKILL)


def test_a_stage_whose_engine_is_gone_already_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    hold_suite().close()
    monkeypatch.setenv(HELD, f"{os.environ[HELD].split()[0]} {gone.pid}")
    ended = subprocess.run(
        [sys.executable, "-c", STAGE],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "the engine is gone; run the same command again" in ended.stderr
    assert not Path("started").exists()
