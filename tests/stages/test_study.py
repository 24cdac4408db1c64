"""study leaves one file, which results and claims take only if it is whole and of the present settings."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import fakes
import pytest
from receipts_fakes import leave_receipts
from study_fakes import DENOISERS

from pipeline import __main__, params
from pipeline.base import paths
from pipeline.base.files import read_json, sha256, write_text

FILE = paths.evidence("dfm", "denoisers")
STUDY = {**DENOISERS, "noises": [0.5], "steps": 3}
FIGURE = {"studies": {"denoisers": "denoisers"}, "settings": {"drawn": 0.5}}
CLAIM = {
    "studies": {"denoisers": "denoisers"},
    "settings": {"noise": 0.5, "small": 0.1, "aligned": 0.9, "margin": 0.1},
}


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The fake suite with a study, a figure and a claim that read it."""
    monkeypatch.chdir(tmp_path)
    fakes.write_suite()
    content = fakes.content()
    content["papers"]["dfm"] = {"results": {"eq11": FIGURE}, "claims": {"C9": CLAIM}}
    content["experiments"]["toy"] = {**content["experiments"]["gan-gap0"], "paper": "dfm"}
    fakes.write_evidence("dfm", "toy", {"jsd100": [0.1, 0.2, 0.3]}, {})
    content["studies"] = {"denoisers": STUDY}
    write(content)
    leave_receipts(params.load(), "evaluate")
    return content


def write(content: dict[str, Any]) -> None:
    write_text(paths.PARAMS, json.dumps(content))


def test_the_same_settings_give_the_same_bytes(suite: dict[str, Any]) -> None:
    hashes = []
    for _ in range(2):
        assert __main__.main(["study", "denoisers"]) == 0
        hashes.append(sha256(FILE))
    suite["studies"]["denoisers"] = {**STUDY, "steps": 4}
    write(suite)
    assert __main__.main(["study", "denoisers"]) == 0
    assert hashes[0] == hashes[1] != sha256(FILE)


def test_pages_say_what_was_studied(suite: dict[str, Any]) -> None:
    assert __main__.main(["study", "denoisers"]) == 0
    assert __main__.main(["render", "dfm-eq11"]) == 0
    assert __main__.main(["claims"]) == 0
    told = "`denoisers`: study `denoisers` (denoiser): law.centres = [[-1.2, -0.8], [-0.4, -1.0], [1.2, 1.0]]"
    page = paths.result("dfm", "eq11", "md").read_text()
    for text in (page, paths.CLAIMS.read_text()):
        assert told in text
        assert "noises = [0.5], seeds = [0, 1], depth = 1, width = 8, steps = 3" in text
    assert "no experiment" not in page
    assert read_json(paths.CLAIMS_METRICS)["dfm"]["C9"]["runs"] == 2


@pytest.mark.parametrize("command", [["render", "dfm-eq11"], ["claims"]], ids=lambda command: command[0])
def test_what_is_missing_damaged_or_of_other_settings_is_refused(
    suite: dict[str, Any], capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    def refused(message: str) -> None:
        assert __main__.main(command) == 1
        assert re.search(message, capsys.readouterr().err)

    refused(rf"error: {FILE} is missing: run `python -m pipeline study denoisers` first\.")
    assert __main__.main(["study", "denoisers"]) == 0
    whole = FILE.read_bytes()
    middle = len(whole) // 2
    for damage in (
        b"no zip",
        whole[:middle],
        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    ):
        FILE.write_bytes(damage)
        refused(rf"{FILE} is not what `python -m pipeline study denoisers` made: it was damaged or edited")
    FILE.write_bytes(whole)
    assert __main__.main(command) == 0
    suite["studies"]["denoisers"] = {**STUDY, "steps": 4}
    write(suite)
    refused(rf"{FILE} was made from something else .*studies\.denoisers\.steps was 3 and is 4.*run `python")


@pytest.mark.parametrize(
    ("section", "entry", "message"),
    [
        ("results", {"eq11": {**FIGURE, "studies": {}}}, r"results\.eq11\.studies\.denoisers: is missing"),
        (
            "results",
            {"eq11": {**FIGURE, "studies": {"denoiser": "denoisers", "denoisers": "denoisers"}}},
            r"results\.eq11\.studies\.denoiser: is unknown; did you mean 'denoisers'",
        ),
        (
            "results",
            {"eq11": {**FIGURE, "settings": {"drawn": 0.5, "denoisers": "denoisers"}}},
            r"results\.eq11\.settings\.denoisers: is unknown",
        ),
        (
            "results",
            {"eq11": {**FIGURE, "settings": {"drawn": 0.1}}},
            r"studies\.denoisers\.noises: 0\.1 is not among 0\.5",
        ),
        ("claims", {"C9": {**CLAIM, "studies": {}}}, r"claims\.C9\.studies\.denoisers: is missing"),
    ],
)
def test_an_entry_that_does_not_fit_its_function_is_named(
    suite: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    section: str,
    entry: dict[str, Any],
    message: str,
) -> None:
    assert __main__.main(["study", "denoisers"]) == 0
    suite["papers"]["dfm"][section] = entry
    write(suite)
    assert __main__.main(["render", "dfm-eq11"] if section == "results" else ["claims"]) == 1
    assert re.search(message, capsys.readouterr().err)


def test_an_unknown_study_is_one_sentence(suite: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["study", "denoiser"]) == 1
    assert "There is no study 'denoiser' in params.yaml: did you mean 'denoisers'?" in capsys.readouterr().err
