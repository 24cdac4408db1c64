"""Every suite is valid, and read alike by all who read it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dvc.utils.serialize import load_yaml
from engines import ROOT, SUITES, exact, run, snakemake
from snakemake.common.configfile import load_configfile

from pipeline import params
from pipeline.graph import checks

names = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)


@names
def test_dvc_yaml_is_the_roots(suite: Path) -> None:
    assert (suite / "dvc.yaml").read_bytes() == (ROOT / "dvc.yaml").read_bytes()


@names
def test_dvc_is_set_up_as_in_the_root(suite: Path) -> None:
    """Each suite is a DVC project of its own, so that none stands in another's `dvc status`."""
    assert not (suite / "dvc.yaml").is_symlink()
    for name in (".dvc/config", ".dvcignore"):
        assert (suite / name).read_text() == (ROOT / name).read_text()


@names
def test_params_are_valid(suite: Path) -> None:
    loaded = checks.load_checked(suite / "params.yaml")
    assert loaded.results


@names
def test_all_readers_agree(suite: Path) -> None:
    """Snakemake reads YAML 1.1, DVC 1.2: `1e-3`, `no` and `010` would differ."""
    file = suite / "params.yaml"
    ours = exact(params.read(file))
    assert exact(load_configfile(str(file))) == ours
    assert exact(load_yaml(str(file))) == ours


def test_a_suite_of_ones_own_as_the_readme_makes_it(tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    shutil.copy(ROOT / ".dvc/config", tmp_path / ".dvc")
    for file in ("suites/smoke/params.yaml", "dvc.yaml", ".dvcignore"):
        shutil.copy(ROOT / file, tmp_path)
    lines = (ROOT / "README.md").read_text().partition("To make one:\n\n```\n")[2].partition("```")[0]
    *making, running = lines.splitlines()
    for line in ("git init --quiet", *making):
        assert run(tmp_path, "bash", "-c", line).returncode == 0, line
    assert running == "snakemake --cores all --directory suites/mine"
    listed = snakemake(tmp_path, "--directory", "suites/mine", "--dry-run")
    assert listed.returncode == 0 and "evaluate" in listed.stdout, listed.stderr
    assert run(tmp_path / "suites/mine", "dvc", "repro", "download@digits").returncode == 0
    assert (tmp_path / "suites/mine/data/raw/digits/receipt.json").exists()
