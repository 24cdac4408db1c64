"""One engine at a time in a suite's folder.

Snakemake and DVC have locks of their own, of which the other knows nothing; each would delete what the
other is making. So a run of Snakemake holds the suite alone, and a stage that it did not start shares it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from typing import IO

from pipeline import paths
from pipeline.errors import PipelineError
from pipeline.files import writing

SUITE = paths.LOCKS / "suite.lock"
HELD = "TEMPERA_SUITE_HELD"


def hold_suite() -> IO[str]:
    """For Snakemake as it starts: keep everyone else out while the returned file is open.

    Raises PipelineError when a stage is running that Snakemake did not start.
    """
    file = _taken(fcntl.LOCK_EX, "A stage that was started by DVC or by hand is at work in this folder")
    os.environ[HELD] = "1"
    return file


@contextlib.contextmanager
def share_suite() -> Iterator[None]:
    """For a stage: keep Snakemake out. Raises PipelineError if Snakemake is at work and did not start it."""
    if HELD in os.environ:
        yield
        return
    with _taken(fcntl.LOCK_SH, "Snakemake is at work in this folder"):
        yield


def _taken(mode: int, refusal: str) -> IO[str]:
    with writing(SUITE):
        SUITE.parent.mkdir(parents=True, exist_ok=True)
        file = SUITE.open("w")
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise PipelineError(f"{refusal}: wait until it ends, or stop it, and run again.") from None
    return file
