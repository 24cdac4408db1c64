from __future__ import annotations

from pathlib import Path

import pytest
from engines import SUITES

from pipeline import params
from pipeline.figures.table import plain
from pipeline.papers.table import papers, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("a & b", "a &amp; b"),
        ("[x](javascript:y)", "\\[x\\](javascript:y)"),
        ("![x](y) *b* _i_ `c` ~~s~~ \\", "!\\[x\\](y) \\*b\\* \\_i\\_ \\`c\\` \\~\\~s\\~\\~ \\\\"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
    ],
)
def test_markup_is_shown_letter_by_letter(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_suites_own_texts_stay_as_they_are(suite: Path) -> None:
    loaded = params.load(suite / "params.yaml")
    texts = [loaded.suite.title]
    for paper in loaded.papers.values():
        texts += [*paper.waiting.values(), *paper.untested.values()]
    texts += [text for paper in papers() for text in (table(paper).title, table(paper).authors)]
    assert [plain(text) for text in texts] == texts
