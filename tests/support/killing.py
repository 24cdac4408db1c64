"""Processes that die at a counted event, so that what a kill may leave behind is the same at every try."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

CHANGING = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink"}
WRITING = os.O_WRONLY | os.O_RDWR


def killed(operation: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that dies by SIGKILL before its file operation of that number, from 0 on;
    whether it got so far. Raises AssertionError when the work failed."""
    child = os.fork()
    if child == 0:
        _die_before(operation)
        try:
            work()
        finally:
            os._exit(sys.exc_info()[0] is not None)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _die_before(operation: int) -> None:
    left = operation

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in CHANGING or (event == "open" and arguments[2] & WRITING):
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    sys.addaudithook(hook)
