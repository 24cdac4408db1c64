from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.turns import HELD, hold_suite, share_suite


@pytest.fixture(autouse=True)
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HELD, "")
    monkeypatch.delenv(HELD)


def test_stages_share_the_suite_and_keep_snakemake_out() -> None:
    with share_suite(), share_suite(), pytest.raises(PipelineError, match="started by DVC or by hand"):
        hold_suite()


def test_snakemake_keeps_other_stages_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with hold_suite():
        with share_suite():
            pass
        monkeypatch.delenv(HELD)
        with pytest.raises(PipelineError, match="Snakemake is at work"), share_suite():
            pass
    with share_suite():
        pass
