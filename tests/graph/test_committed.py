"""The committed dvc.lock, params.yaml, code and reports belong together."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines import SUITES, run

RECORDED = [suite for suite in SUITES if (suite / "dvc.lock").exists()]


@pytest.mark.skipif(not RECORDED, reason="no suite has a dvc.lock yet")
@pytest.mark.parametrize("suite", RECORDED, ids=lambda suite: suite.name)
def test_nothing_is_out_of_date(suite: Path) -> None:
    """Without the data, too: what DVC caches is taken as it is recorded."""
    done = run(suite, "dvc", "repro", "--allow-missing", "--dry")
    assert done.returncode == 0, done.stderr
    assert "Running stage" not in done.stdout
