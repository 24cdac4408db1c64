"""index changes for exactly those results whose evidence changed."""

from __future__ import annotations

import fakes
import pytest
from receipts_fakes import leave_receipts

from pipeline import __main__
from pipeline.base import paths
from pipeline.base.files import read_json, sha256, write_text


@pytest.fixture
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return fakes.write_suite()


def entries():
    return {f"gan-{path.stem}": read_json(path) for path in paths.index("gan").glob("*.json")}


def test_index_holds_the_hashes_of_every_result(suite):
    assert __main__.main(["index", "gan"]) == 0
    index = entries()
    assert set(index) == set(suite.results)
    assert index["gan-rps"] == {}
    assert set(index["gan-jsd"]) == {"gan-gap0", "gan-gap1", "gan-gap2"}
    assert index["gan-fig3"]["gan-digits"] == {
        "metrics": sha256(paths.metrics("gan", "gan-digits")),
        "curves": sha256(paths.curves("gan", "gan-digits")),
        "training": sha256(paths.training("gan", "gan-digits")),
        "evidence": sha256(paths.evidence("gan", "gan-digits")),
    }


def test_new_evidence_changes_only_the_results_that_use_it(suite):
    assert __main__.main(["index", "gan"]) == 0
    before = entries()
    write_text(paths.curves("gan", "gan-saturating"), "seed,step,jsd100\n0,0,0.5\n")
    leave_receipts(suite, "evaluate")
    assert __main__.main(["index", "gan"]) == 0
    after = entries()
    assert [key for key in after if after[key] != before[key]] == ["gan-algo1"]


def test_missing_evidence_names_the_stage_to_run(suite, capsys):
    paths.evidence("gan", "gan-digits").unlink()
    assert __main__.main(["index", "gan"]) == 1
    assert "run `python -m pipeline evaluate gan-digits` first" in capsys.readouterr().err


def test_an_unknown_paper_is_refused(suite, capsys):
    assert __main__.main(["index", "gann"]) == 1
    assert "There is no paper 'gann' in params.yaml: did you mean 'gan'?" in capsys.readouterr().err


def test_an_entry_of_a_result_that_is_gone_goes_too(suite):
    stray = paths.index_entry("gan", "fig99")
    write_text(stray, "{}")
    assert __main__.main(["index", "gan"]) == 0
    assert not stray.exists()
