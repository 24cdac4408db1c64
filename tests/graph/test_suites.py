"""Every suite is valid, and read alike by all who read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dvc.utils.serialize import load_yaml
from engines import ROOT, SUITES, exact
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
