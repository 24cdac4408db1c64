"""report collects every result, what is waiting, and all final metrics."""

from __future__ import annotations

import re
from pathlib import Path

import fakes
import pytest
from receipts_fakes import leave_receipts

from pipeline import __main__
from pipeline.base import paths
from pipeline.base.files import read_json, write_json


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A suite with every result rendered and the report written; its folder."""
    folder = tmp_path_factory.mktemp("suite")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        suite = fakes.write_suite()
        write_json(
            paths.extractor_metrics("digits"),
            {"kind": "classifier", "sha256": "f" * 64, "test_accuracy": 0.9876},
        )
        leave_receipts(suite, "download", "prepare", "extractor", "train", "sample", "evaluate", fill=True)
        for key in suite.results:
            assert __main__.main(["render", key]) == 0
        assert __main__.main(["claims"]) == 0
        assert __main__.main(["report"]) == 0
    return folder


def test_results_stand_in_order_with_links_that_hold(reported):
    text = (reported / paths.SUMMARY).read_text()
    headings = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert (
        headings[:3] == ["Table 1", "The adversarial game", "Rock–paper–scissors"]
        and headings[-1] == "Not made by this suite"
    )
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) == 19
    for link in links:
        assert (reported / paths.REPORTS / link).is_file()


def test_what_is_waiting_and_the_extractors_are_listed(reported):
    text = (reported / paths.SUMMARY).read_text()
    assert "- `gan/fig7`: needs faces, which this suite does not have" in text
    assert "| digits | classifier | 0.9876 | ffffffffffff |" in text


def test_experiments_show_mean_deviation_and_divergence(reported):
    text = (reported / paths.SUMMARY).read_text()
    row = next(line for line in text.splitlines() if line.startswith("| `gan-ratio5` |"))
    assert "1.5000 ± 0.7071" in row and "2 of 3" in row and "seed 2 at step 15" in row


def test_verdicts_are_counted_by_paper(reported):
    text = (reported / paths.SUMMARY).read_text()
    assert "| `gan` | 0 | 0 | 0 | 12 |" in text.partition("## Claims")[2]
    assert "[claims.md](claims.md)" in text


def test_metrics_are_flat_numbers_by_experiment(reported):
    metrics = read_json(reported / paths.METRICS_SUMMARY)
    assert metrics["gan-ratio5"] == {
        "modes100": 1.5, "modes100_std": 0.707107, "std_mean": 0.15, "std_mean_std": 0.0707107, "trained": 2,
    }  # fmt: skip
    assert set(metrics) == set(fakes.content()["experiments"])


def test_the_report_is_the_same_every_time(reported, monkeypatch):
    monkeypatch.chdir(reported)
    before = paths.SUMMARY.read_bytes(), paths.METRICS_SUMMARY.read_bytes()
    assert __main__.main(["report"]) == 0
    assert (paths.SUMMARY.read_bytes(), paths.METRICS_SUMMARY.read_bytes()) == before
    assert str(Path.cwd()).encode() not in before[0]


def test_a_result_that_was_not_rendered_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    leave_receipts(fakes.write_suite(), "extractor", fill=True)
    assert __main__.main(["report"]) == 1
    assert "run `python -m pipeline render gan-table1` first" in capsys.readouterr().err
