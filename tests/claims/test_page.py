"""The claims stage: every claim of the suite's papers is listed, judged or with a reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import fakes
import pytest
from dvc.repo.metrics.show import _extract_metrics
from dvc.utils.diff import diff

from pipeline import __main__, params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import read_json, write_text
from pipeline.graph import checks
from pipeline.papers.table import table

RATIOS = {"uses": {"ratios": ["gan-ratio1", "gan-ratio5"]}}


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    fakes.write_suite()
    content = fakes.content()
    content["papers"]["gan"] |= {"claims": {"C8": RATIOS}, "untested": {"C6": "needs TFD"}}
    write(content)
    return content


def write(content: dict[str, Any]) -> None:
    write_text(paths.PARAMS, json.dumps(content))


def test_every_claim_of_the_paper_is_listed(suite: dict[str, Any]) -> None:
    assert __main__.main(["claims"]) == 0
    text, found = paths.CLAIMS.read_text(), read_json(paths.CLAIMS_METRICS)
    assert set(found) == {"gan"}
    assert list(found["gan"]) == sorted(table("gan").claims)
    for name, claim in table("gan").claims.items():
        assert f"| {name} | {claim.statement} |" in text
    assert found["gan"]["C6"] == {
        "verdict": "not testable here",
        "about": [{"statement": table("gan").claims["C6"].statement, "reason": "needs TFD"}],
    }
    assert found["gan"]["C5"]["about"][0]["reason"] == "This suite has no entry for it."


def test_a_verdict_stands_with_its_effect_rule_and_scale(suite: dict[str, Any]) -> None:
    assert __main__.main(["claims"]) == 0
    text, found = paths.CLAIMS.read_text(), read_json(paths.CLAIMS_METRICS)["gan"]["C8"]
    assert (found["effect"], found["runs"]) == (-1.0, 3)
    assert found["about"][0]["experiments"] == {"ratios": ["gan-ratio1", "gan-ratio5"]}
    row = next(line for line in text.splitlines() if line.startswith("| C8 |"))
    assert row.endswith("| 3 | 3 | ring; 20 steps; 100 samples; coordinates |")
    section = text.partition("### C8: ")[2]
    assert "permutations of the settings within seeds" in section
    assert "1 of 3 seeds hold a run that diverged, and enter as 0" in section
    assert "| ratios | `gan-ratio5` | ring | saturating | 20 | 100 | 0, 1, 2 |" in section
    assert "seed 2 at step 15 |" in section
    assert "\n\n\n" not in text


def test_the_same_evidence_gives_the_same_bytes(suite: dict[str, Any]) -> None:
    def made() -> list[bytes]:
        assert __main__.main(["claims"]) == 0
        return [paths.CLAIMS.read_bytes(), paths.CLAIMS_METRICS.read_bytes()]

    assert made() == made()


def test_dvc_shows_a_verdict_that_flips_and_no_words(suite: dict[str, Any]) -> None:
    assert __main__.main(["claims"]) == 0
    before = _extract_metrics(read_json(paths.CLAIMS_METRICS), "")
    assert "about" not in before["gan"]["C8"]
    assert before["gan"]["C8"]["effect"] == -1.0
    after = json.loads(json.dumps(before))
    after["gan"]["C8"]["verdict"] = "supported"
    name = str(paths.CLAIMS_METRICS)
    changes = diff({name: {"data": before}}, {name: {"data": after}})
    assert changes[name]["gan.C8.verdict"] == {"old": before["gan"]["C8"]["verdict"], "new": "supported"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"uses": {"ratio": ["gan-ratio1"]}}, r"claims.C8.uses.ratios: is missing"),
        (
            {"uses": {"ratios": ["gan-ratio1"], "rest": "gan-ratio5"}},
            r"claims.C8.uses.rest: is unknown; valid names are ratios",
        ),
        ({"settings": {"margin": 1.0}}, r"claims.C8.settings.margin: is unknown"),
    ],
)
def test_an_entry_that_does_not_fit_its_function_is_named(
    suite: dict[str, Any], capsys: pytest.CaptureFixture[str], changes: dict[str, Any], message: str
) -> None:
    suite["papers"]["gan"]["claims"]["C8"] = {**RATIOS, **changes}
    write(suite)
    assert __main__.main(["claims"]) == 1
    assert re.search(message, capsys.readouterr().err)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"C8": {**RATIOS, "uses": {"ratios": ["gan-ratio2"]}}},
            r"claims.C8.uses.ratios: .*did you mean",
        ),
        ({"C8": {**RATIOS, "uses": {"ratios": []}}}, r"uses.ratios: name at least one experiment"),
        ({"C99": RATIOS}, r"papers.gan.claims: there is no claim 'C99'"),
        ({"C6": RATIOS}, r"untested.C6: it is among the claims as well"),
    ],
)
def test_names_are_checked(suite: dict[str, Any], entry: dict[str, Any], message: str) -> None:
    suite["papers"]["gan"]["claims"] = entry
    with pytest.raises(PipelineError, match=message):
        checks.refuse(params.check(suite))


def test_it_is_checked_what_is_said_to_be_untested(suite: dict[str, Any]) -> None:
    suite["papers"]["gan"]["untested"] = {"C66": "no"}
    with pytest.raises(PipelineError, match=r"papers.gan.untested: there is no claim 'C66'.*C6"):
        checks.refuse(params.check(suite))


def test_a_claim_that_the_evidence_does_not_fit_stays_open(suite: dict[str, Any]) -> None:
    uses = {"digits": "gan-digits"}
    suite["papers"]["gan"]["claims"]["C9"] = {"uses": uses}
    write(suite)
    assert __main__.main(["claims"]) == 0
    found = read_json(paths.CLAIMS_METRICS)["gan"]
    assert found["C9"]["verdict"] == "inconclusive"
    assert "'gan-digits' left no paths" in found["C9"]["about"][0]["details"][0]
    assert found["C8"]["runs"] == 3


def test_missing_evidence_is_an_error(suite: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    paths.evidence("gan", "gan-ratio1").unlink()
    assert __main__.main(["claims"]) == 1
    assert "evaluate gan-ratio1` first" in capsys.readouterr().err
