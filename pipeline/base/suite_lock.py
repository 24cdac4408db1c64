"""One engine at a time in a suite's folder, and no stage that goes on without the engine that started it.

Snakemake and DVC have locks of their own, of which the other knows nothing; each would delete what the
other is making. So a run of Snakemake holds DVC's lock and the suite's own, which a stage that it did not
start shares.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import psutil

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.locks import take

ENGINE = paths.LOCKS / "engine.lock"
STAGES = paths.LOCKS / "stages.lock"
DVC = Path(".dvc/tmp/lock")
# Host and process of the Snakemake that holds the suite, for the stages that it starts.
HELD = "TEMPERA_SUITE_HELD"
STARTED_BY_DVC = "DVC_STAGE"
SHELLS = {"sh", "ash", "bash", "dash", "ksh", "zsh", "fish"}
WATCH_SECONDS = 0.2


def hold_suite() -> contextlib.ExitStack:
    """For Snakemake as it starts: keep everyone else out until the returned stack is closed.

    Raises PipelineError when another engine is at work, or a stage that it did not start.
    """
    with contextlib.ExitStack() as held:
        held.enter_context(take(ENGINE, fcntl.LOCK_EX, _who_holds()))
        if DVC.parent.parent.is_dir():
            held.enter_context(take(DVC, fcntl.LOCK_EX, "DVC is at work in this folder"))
        with take(STAGES, fcntl.LOCK_EX, "A stage of an earlier run is still at work in this folder"):
            os.environ[HELD] = f"{socket.gethostname()} {os.getpid()}"
        return held.pop_all()


@contextlib.contextmanager
def if_idle() -> Iterator[bool]:
    """Whether nobody is at work in the suite; then nobody can begin before this ends."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(take(ENGINE, fcntl.LOCK_EX, "", patience=0))
            if DVC.parent.parent.is_dir():
                held.enter_context(take(DVC, fcntl.LOCK_EX, "", patience=0))
            idle = True
        except PipelineError:
            idle = False
        yield idle


def is_held() -> bool:
    """Whether the Snakemake that started this process holds the suite, and DVC's lock with it."""
    return HELD in os.environ


def started_by_engine() -> bool:
    """Whether Snakemake or DVC started this process."""
    return is_held() or STARTED_BY_DVC in os.environ


@contextlib.contextmanager
def share_suite() -> Iterator[None]:
    """For a stage: keep Snakemake out. Raises PipelineError if Snakemake is at work and did not start it."""
    with contextlib.ExitStack() as shared:
        if not is_held():
            refusal = "Snakemake is at work in this folder"
            shared.enter_context(take(ENGINE, fcntl.LOCK_SH, refusal, patience=0))
        shared.enter_context(take(STAGES, fcntl.LOCK_SH, "Snakemake is starting in this folder"))
        yield


def end_with_engine() -> None:
    """End this process, in the middle of its work, as soon as the engine that started it is gone.

    An engine that is killed, or whose terminal is closed, leaves its stages running; started again, it would
    delete and make what they are still making. A stage that was started by hand is left alone.
    """
    try:
        engine = _engine()
    except psutil.NoSuchProcess:
        _stop()
    if engine is not None:
        threading.Thread(target=_watch, args=(engine,), daemon=True).start()


def _engine() -> psutil.Process | None:
    """The Snakemake or DVC on this machine that started this process. Raises NoSuchProcess if it is gone."""
    if is_held():
        host, pid = os.environ[HELD].rsplit(" ", 1)
        return psutil.Process(int(pid)) if host == socket.gethostname() else None
    if STARTED_BY_DVC not in os.environ:
        return None
    for parent in psutil.Process().parents():
        if parent.name() not in SHELLS:
            return parent
    raise psutil.NoSuchProcess(os.getppid())


def _watch(engine: psutil.Process) -> NoReturn:
    while not _is_gone(engine):
        time.sleep(WATCH_SECONDS)
    _stop()


def _is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _stop() -> NoReturn:
    print("stopped, because the engine is gone; run the same command again to go on.", file=sys.stderr)
    sys.stderr.flush()
    os._exit(1)


def _who_holds() -> str:
    """What to say when the suite is taken: another Snakemake holds it alone, stages share it."""
    try:
        take(ENGINE, fcntl.LOCK_SH, "", patience=0).close()
    except PipelineError:
        return "Another Snakemake is at work in this folder"
    return "A stage that was started by DVC or by hand is at work in this folder"
