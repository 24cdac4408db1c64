"""The smoke suite from scratch, by each engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engines import make_suite, run, snakemake
from ruamel.yaml import YAML

from pipeline import params
from pipeline.base import paths
from pipeline.graph.code import UNHASHED
from pipeline.graph.needs import Book

pytestmark = pytest.mark.smoke
# DVC cannot see which versions are installed, so this stage looks at every run.
LOOKED_AT_ANEW = {"needs": ["always changed"]}


@pytest.fixture(scope="module")
def by_dvc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_suite(tmp_path_factory.mktemp("smoke") / "dvc")
    made = run(folder, "dvc", "repro")
    assert made.returncode == 0, made.stderr
    return folder


def status(folder: Path) -> Any:
    return json.loads(run(folder, "dvc", "status", "--json").stdout)


def recorded(folder: Path) -> Any:
    return YAML(typ="safe").load(folder / "dvc.lock")["stages"]


def test_both_engines_make_the_same_files(by_snakemake: Path, by_dvc: Path) -> None:
    ours, theirs = recorded(by_snakemake), recorded(by_dvc)
    assert set(ours) == set(theirs)
    assert {name for name in ours if ours[name] != theirs[name]} == set()


def test_snakemake_leaves_nothing_to_do(by_snakemake: Path) -> None:
    assert "Nothing to be done" in snakemake(by_snakemake, "--dry-run").stdout
    assert status(by_snakemake) == LOOKED_AT_ANEW
    again = run(by_snakemake, "dvc", "repro")
    assert again.returncode == 0
    assert again.stdout.count("Running stage") == 1


def test_snakemakes_report_shows_every_result(by_snakemake: Path) -> None:
    made = snakemake(by_snakemake, "--report", "report.html")
    assert made.returncode == 0, made.stderr
    page = (by_snakemake / "report.html").read_text()
    for text in (
        "Annealed Generative Adversarial Networks",
        "fig2-middle.png",
        "table1.svg",
        "A. Mehrjou",
        "reports/papers/gan/table1.md",
    ):
        assert text in page


def test_an_edit_reruns_only_what_hangs_on_it(by_snakemake: Path) -> None:
    params = by_snakemake / "params.yaml"
    before = params.read_text()
    params.write_text(before.replace("steps: 20", "steps: 22"))
    made = snakemake(by_snakemake, "--quiet", "progress", "--", "lock")
    assert made.returncode == 0, made.stderr
    ran = {
        line.split()[-1].strip(":")
        for line in made.stderr.splitlines()
        if line.startswith(("rule ", "localrule "))
    }
    assert ran == {"train", "sample", "evaluate", "render", "claims", "report", "lock"}
    assert "experiment=mixture-plain" not in made.stderr
    assert status(by_snakemake) == LOOKED_AT_ANEW
    params.write_text(before)


def test_snakemake_takes_up_what_dvc_made(by_dvc: Path) -> None:
    """It knows nothing of how these files were made; receipts and needs tell it."""
    before = recorded(by_dvc)
    assert "Nothing to be done" in snakemake(by_dvc, "--dry-run").stdout
    file = by_dvc / "params.yaml"
    content = file.read_text()
    file.write_text(content.replace("beta_last: 10.0", "beta_last: 9.0"))
    made = snakemake(by_dvc, "--dry-run", "all")
    file.write_text(content)
    told = made.stdout + made.stderr
    assert "experiment=mixture-annealed" in told
    assert "experiment=mixture-plain" not in told
    assert "Nothing to be done" in snakemake(by_dvc, "--dry-run").stdout
    assert snakemake(by_dvc, "lock").returncode == 0
    assert recorded(by_dvc) == before


def test_dvc_deletes_nothing_for_params_that_are_not_valid(by_dvc: Path) -> None:
    file = by_dvc / "params.yaml"
    content = file.read_text()
    file.write_text(content.replace("batch: 32", "batch: abc"))
    refused = run(by_dvc, "dvc", "repro")
    file.write_text(content)
    assert refused.returncode != 0
    assert "batch: input should be a valid integer, not 'abc'" in refused.stderr
    assert status(by_dvc) == LOOKED_AT_ANEW


LOADED = """
import sys
from pipeline.__main__ import main
assert main(sys.argv[1:]) == 0
print("\\n".join(name for name in sys.modules if name.split(".")[0] == "pipeline"))
"""


def commands(suite: params.Params) -> Iterator[tuple[str, str]]:
    """A stage and key of every kind of work in the suite."""
    seen = set()
    for stage, key in Book(suite).jobs():
        if (stage, key in suite.experiments) not in seen or stage in (
            "train",
            "sample",
            "evaluate",
            "render",
        ):
            seen.add((stage, key in suite.experiments))
            yield stage, key


def test_no_module_is_loaded_that_is_not_hashed(by_snakemake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stage really imports is what its needs say, or is known to decide no number."""
    monkeypatch.chdir(by_snakemake)
    suite = params.load()
    book = Book(suite)
    # The names of claims and which file has their functions, which all of params.yaml is checked against.
    known = {"pipeline.papers.table", "pipeline.papers.discovery", "pipeline.papers.registry"}
    apart = {*UNHASHED, *known, "pipeline.__main__", "pipeline.base.journal", "pipeline.base.suite_lock"}
    for stage, key in commands(suite):
        words = [stage, key] if key else [stage]
        made = run(by_snakemake, "python", "-c", LOADED, *words, DVC_STAGE="a test")
        assert made.returncode == 0, made.stderr
        hashed = {Path(file).with_suffix("") for file in book.of(stage, key).code if file.endswith(".py")}
        for name in made.stdout.split("\n"):
            parts = name.split(".")
            if (
                parts[0] != "pipeline"
                or name == "pipeline.papers"
                or any(name == one or name.startswith(f"{one}.") for one in apart)
            ):
                continue
            assert {Path(*parts), Path(*parts, "__init__")} & hashed, (stage, key, name)
    assert paths.NEEDS.exists()
