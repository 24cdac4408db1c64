"""Names and free text of params.yaml, checked where they enter."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

# A name becomes part of paths, of wildcards and of commands, where a leading dash would be an option.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
# Snakemake's report writes titles into a script as they are, and fills in what stands in braces.
FORBIDDEN_IN_TITLES = "<>{}`\\"


def is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None


def _line(text: str) -> str:
    if not text.strip():
        raise ValueError("write a text, not an empty one")
    if not text.isprintable():
        raise ValueError("write one line without control characters (`>-` folds a long one)")
    return text


def _title(text: str) -> str:
    found = [each for each in FORBIDDEN_IN_TITLES if each in text]
    if found:
        raise ValueError(f"titles cannot have {' '.join(found)}, which reports would take for markup")
    return text


Line = Annotated[str, AfterValidator(_line)]
Title = Annotated[Line, AfterValidator(_title)]
