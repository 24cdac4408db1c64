"""Bad input to the engines: one sentence, nothing left behind, nothing run by a shell."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from engines import ROOT, make_suite, run, snakemake

EDITS: dict[str, tuple[Callable[[str], str], str]] = {
    "tab": (lambda text: text.replace("  name: smoke", "\tname: smoke"), "line 3, column 1: a tab"),
    "alias": (lambda text: text.replace("*nothing", "*nothign", 1), "column 11: there is no anchor"),
    "empty": (lambda text: "", "line 1, column 1: the file is empty"),
    "infinity": (lambda text: text.replace("lr: 0.1,", "lr: .inf,"), "column 41: '.inf' is not a finite"),
    "role": (lambda text: text.replace("uses: {vanilla:", "uses: {vanila:"), "uses.vanilla: is missing"),
    "headline": (lambda text: text.replace("line: modes200", "line: modes100"), "no metric makes 'modes100'"),
}
PAYLOAD = "x; touch pwned #"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return make_suite(tmp_path / "suite")


@pytest.mark.parametrize("name", EDITS)
def test_both_ways_in_answer_alike_and_without_a_traceback(name: str, suite: Path) -> None:
    edit, words = EDITS[name]
    file = suite / "params.yaml"
    edited = edit(file.read_text())
    assert edited != file.read_text()
    file.write_text(edited)
    for ended in (snakemake(suite, "-n"), run(suite, "python", "-m", "pipeline", "download", "synthetic")):
        assert ended.returncode == 1
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr + ended.stdout
        assert [line for line in ended.stderr.splitlines() if line.startswith("error: ")]


@pytest.mark.parametrize(("paper", "result"), [("gan", "nonsense"), ("gan", "fig2-top")])
def test_a_wrong_target_is_one_sentence(suite: Path, paper: str, result: str) -> None:
    ended = snakemake(suite, "-n", f"reports/papers/{paper}/{result}.png")
    assert ended.returncode == 1
    assert f"error: There is no result '{paper}-{result}' in params.yaml: did you mean" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout


def test_a_wrong_suite_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    ended = snakemake(tmp_path, "-n", "--directory", "suites/typo")
    assert ended.returncode == 1
    assert "suites/typo: run this in a suite's folder" in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    assert tmp_path.is_dir() and list(tmp_path.iterdir()) == []


def test_a_folder_that_snakemake_did_not_make_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert snakemake(tmp_path / "mine", "-n").returncode == 1
    (tmp_path / "mine/notes.txt").write_text("mine")
    assert snakemake(tmp_path, "-n", "--directory", "mine").returncode == 1
    assert (tmp_path / "mine/notes.txt").exists()


def test_a_name_in_dvc_yaml_reaches_no_shell(suite: Path) -> None:
    """The stages ask $DVC_STAGE for their name, which DVC sets to `stage@name`."""
    file, params = suite / "dvc.yaml", suite / "params.yaml"
    assert not re.search(r"cmd: .*\$\{", file.read_text())
    assert run(suite, "dvc", "repro", "download@synthetic").returncode == 0
    assert (suite / "data/raw/synthetic/manifest.json").exists()
    bad = f'sources:\n  "{PAYLOAD}": {{kind: synthetic}}\n'
    params.write_text(params.read_text().replace("sources:\n", bad, 1))
    needs = suite / "data/needs/download"
    (needs / f"{PAYLOAD}.json").write_text((needs / "synthetic.json").read_text())
    for words in (["-s", f"download@{PAYLOAD}"], []):
        ended = run(suite, "dvc", "repro", *words)
        assert ended.returncode != 0
        assert "names are made of letters" in ended.stderr
        assert not (suite / "pwned").exists()


def test_snakemakes_commands_hold_known_names_alone() -> None:
    """Every wildcard of a command is constrained to names of params.yaml, which are checked first."""
    text = (ROOT / "Snakefile").read_text()
    constrained = set(re.findall(r'^    (\w+)=graph\.names\("', text, re.MULTILINE))
    used = {name for line in text.splitlines() if "python -m pipeline" in line
            for name in re.findall(r"\{wildcards\.(\w+)", line)}  # fmt: skip
    assert used - {"result"} <= constrained
    assert r'result=r"[A-Za-z0-9_-]+"' in text
