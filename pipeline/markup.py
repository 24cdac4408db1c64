"""Free text of params.yaml in Markdown pages."""

from __future__ import annotations

import html
import re

# what Markdown reads as emphasis, code, links and strikethrough; `|` is the tables' own affair
SPECIAL = re.compile(r"[\\`*_\[\]~]")
# what it reads as a heading, a list, a quotation or a rule at the start of a line
START = re.compile(r"^(\d+)?([#+=.)-])")


def plain(text: str) -> str:
    """The text as Markdown that shows it letter by letter; nothing in it is markup or HTML."""
    return START.sub(r"\1\\\2", SPECIAL.sub(r"\\\g<0>", html.escape(text, quote=False)))
