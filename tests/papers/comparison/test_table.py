"""The comparison of all methods from made-up evidence."""

from __future__ import annotations

import configs
import dfm_fakes as made
import pytest

from pipeline.base.errors import PipelineError
from pipeline.papers.comparison import table

MATCHING = {"kind": "feature_matching", "weight": 1.0}
SQUARES = {"kind": "least_squares", "output": "linear"}
PLAIN = {"kind": "non_saturating"}


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(name, fid=(100.0, 110.0, 120.0), **train):
    values = {
        "fid100": list(fid),
        "is4x25": [3.0] * 3,
        "parzen100": [50.0] * 3,
        "recall100": [0.3] * 3,
        "multiply_adds": [2.5e6] * 3,
        "weights": [1234.0] * 3,
    }
    return made.write_run("comparison", name, values, **{"objective": PLAIN, **train})


def test_a_row_for_every_run_methods_before_combinations():
    anneal = {"tempering": configs.ANNEAL, "guidance": made.guided(0.03)}
    used = {
        "both": run("both", **anneal),
        "plain": run("plain", fid=(100.0, 500.0, 120.0)),
        "matching": run("matching", fid=(90.0, None, 80.0), guidance=MATCHING),
        "squares": run("squares", objective=SQUARES, guidance=MATCHING),
    }
    drawing = table.comparison(used, fid_limit=300.0)
    assert [row["method"] for row in drawing.rows] == [
        "plain GAN",
        "feature matching",
        "anneal + denoising",
        "feature matching + least squares",
    ]
    assert [row["trained"] for row in drawing.rows] == ["2 of 3", "2 of 3", "3 of 3", "3 of 3"]
    assert drawing.rows[1]["fid100"] == "85.0 ± 7.1"
    assert drawing.rows[0]["million multiply-adds a step"] == "2.5"


def test_runs_must_be_alike_in_all_but_their_seams():
    used = {"plain": run("plain"), "longer": run("longer", guidance=MATCHING, batch=16)}
    with pytest.raises(PipelineError, match=r"'plain' and 'longer' differ in train\.batch"):
        table.comparison(used, fid_limit=300.0)
