"""What the machine refuses - disk, memory, permission, open files - told as one sentence.

None of it is the fault of the file that is being read or written, so no sentence here advises to delete one.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
TOO_MANY = (errno.EMFILE, errno.ENFILE)
FAILING = (errno.EIO, errno.ESTALE, errno.EREMOTEIO)
# How torch says on the CPU and on a GPU that memory is short, and how a mapping of memory fails.
OUT_OF_MEMORY = re.compile(r"can't allocate memory|cannot allocate memory|out of memory|bad_alloc", re.I)
# How NumPy says that a file took fewer values than it was given; it keeps no error number.
CUT_SHORT = re.compile(r"\d+ requested and \d+ written")


def refusal(error: BaseException, path: Path | None = None) -> str | None:
    """What the machine refused and what to do about it; None for an error of another kind.

    path: the file concerned, where the error itself names none or only a temporary one.
    """
    if isinstance(error, MemoryError) or _torch_without_memory(error):
        subject = f"for {path} " if path else ""
        return (
            f"There is not enough memory {subject}({_first_line(error)}): end other programs, or give this "
            "job more memory, and run the same command again."
        )
    return _refused_by_system(error, path) if isinstance(error, OSError) else None


def _refused_by_system(error: OSError, path: Path | None) -> str | None:
    named = Path(error.filename) if isinstance(error.filename, str | Path) else None
    place = path or named or "a file"
    if error.errno in FULL or (error.errno is None and CUT_SHORT.search(str(error))):
        return (
            f"The disk is full: {place} could not be written. Free some space and run the same command "
            "again; nothing that was complete is lost."
        )
    if error.errno == errno.EFBIG:
        return (
            f"{place} would be larger than a file may be here: raise the limit (`ulimit -f`), or use another "
            "disk, and run the same command again."
        )
    if error.errno in FORBIDDEN:
        return (
            f"{named or place} may not be used by this user ({error.strerror}): change its permissions or "
            "those of its folder, or move the suite to a disk that can be written, and run again."
        )
    if error.errno in TOO_MANY:
        return (
            f"{place} could not be opened, since too many files are open: raise the limit (`ulimit -n`), or "
            "run fewer jobs at a time, and run again."
        )
    if error.errno == errno.ENOMEM:
        return f"There is not enough memory for {place}: end other programs, and run the same command again."
    if error.errno in FAILING:
        return f"The disk or network that holds {place} fails ({error.strerror}): mend it, and run again."
    return None


def _torch_without_memory(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and OUT_OF_MEMORY.search(str(error)) is not None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
