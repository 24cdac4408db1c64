"""logs/journal.log: one line for every stage that ran in this suite, whoever started it."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import Iterator, Sequence

from pipeline.base import paths


@contextlib.contextmanager
def recorded(words: Sequence[str]) -> Iterator[None]:
    """Append when the stage ended, how long it took, and how it ended."""
    started, outcome = time.monotonic(), "done"
    try:
        yield
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}".replace("\n", " ")
        raise
    finally:
        ended = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        line = f"{ended}  {time.monotonic() - started:8.1f} s  {' '.join(words)}  {outcome}\n"
        # Imported late, since it loads NumPy, which must be told first how to compute.
        from pipeline.base.files import writing

        with writing(paths.JOURNAL):
            paths.JOURNAL.parent.mkdir(parents=True, exist_ok=True)
            # The name of a file may hold bytes that are no text.
            with paths.JOURNAL.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(line)
