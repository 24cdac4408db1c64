from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.stages import bench


def test_the_distances_are_the_same_and_the_folder_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bench, "FRECHET_SHAPE", (500, 60))
    assert main(["bench", "--only", "frechet"]) == 0
    assert "Fréchet distance of 500 × 60" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    found = bench.frechet_ratio(500, 60)
    assert found["relative_difference"] < 1e-6
    assert found["ratio"] == found["torch_fidelity"] / found["distance"]
