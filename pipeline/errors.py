"""The one exception that a user is meant to read."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PipelineError(Exception):
    """Bad input or a failed resource: one sentence that says what is wrong and what to do."""


def nearest(word: str, valid: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest valid one, or all of them."""
    names = sorted(valid)
    close = get_close_matches(word, names, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"valid names are {', '.join(names)}." if names else "none is defined."
