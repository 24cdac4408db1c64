"""The smoke suite from scratch, by each engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engines import make_suite, run, snakemake
from ruamel.yaml import YAML

pytestmark = pytest.mark.smoke


@pytest.fixture(scope="module")
def by_dvc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_suite(tmp_path_factory.mktemp("smoke") / "dvc")
    made = run(folder, "dvc", "repro")
    assert made.returncode == 0, made.stderr
    return folder


def recorded(folder: Path) -> Any:
    return YAML(typ="safe").load(folder / "dvc.lock")["stages"]


def test_both_engines_make_the_same_files(by_snakemake: Path, by_dvc: Path) -> None:
    ours, theirs = recorded(by_snakemake), recorded(by_dvc)
    assert set(ours) == set(theirs)
    assert {name for name in ours if ours[name] != theirs[name]} == set()


def test_snakemake_leaves_nothing_to_do(by_snakemake: Path) -> None:
    assert "Nothing to be done" in snakemake(by_snakemake, "--dry-run").stdout
    assert run(by_snakemake, "dvc", "status", "--quiet").returncode == 0
    again = run(by_snakemake, "dvc", "repro")
    assert again.returncode == 0
    assert "Running stage" not in again.stdout


def test_snakemakes_report_shows_every_result(by_snakemake: Path) -> None:
    made = snakemake(by_snakemake, "--report", "report.html")
    assert made.returncode == 0, made.stderr
    page = (by_snakemake / "report.html").read_text()
    for text in ("Annealed Generative Adversarial Networks", "fig2-middle.png", "table1.svg"):
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
    assert ran == {"train", "sample", "evaluate", "index", "render", "claims", "report", "lock"}
    assert "experiment=mixture-plain" not in made.stderr
    assert run(by_snakemake, "dvc", "status", "--quiet").returncode == 0
    params.write_text(before)


def test_what_dvc_made_is_not_recorded_by_snakemake(by_dvc: Path) -> None:
    """Snakemake knows nothing of these files; the cure that the sentence names makes it know them."""
    before = recorded(by_dvc)
    params = by_dvc / "params.yaml"
    content = params.read_text()
    params.write_text(content.replace("steps: 20", "steps: 22"))
    refused = snakemake(by_dvc, "lock")
    assert refused.returncode != 0
    assert "does not know what made the output" in refused.stderr
    params.write_text(content)
    assert recorded(by_dvc) == before
    assert snakemake(by_dvc, "--touch", "--forceall").returncode == 0
    assert snakemake(by_dvc, "lock").returncode == 0
    assert recorded(by_dvc) == before
