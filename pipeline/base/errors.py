"""The one exception that a user is meant to read."""

from __future__ import annotations

from collections.abc import Iterable, Set
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


def agree(path: str, given: Set[str], wanted: Set[str], optional: Set[str] = frozenset()) -> None:
    """Raises PipelineError when a wanted name is not given at `path`, or one that is not known is."""
    for name in sorted(wanted - given):
        raise PipelineError(f"{path}.{name}: is missing.")
    for name in sorted(given - wanted - optional):
        raise PipelineError(f"{path}.{name}: is unknown; {nearest(name, wanted | optional)}")
