from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.journal import recorded


def test_a_line_says_how_a_stage_ended_whatever_bytes_a_name_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PipelineError), recorded(["prepare", "pets"]):
        raise PipelineError("caf\udce9\n.png cannot be used")
    (line,) = paths.JOURNAL.read_text().splitlines()
    assert line.endswith("prepare pets  PipelineError: caf\\udce9 .png cannot be used")
