"""What is run on every push."""

from __future__ import annotations

import os
import tomllib

from engines import ROOT
from ruamel.yaml import YAML


def test_every_supported_python_runs_what_a_change_must_pass() -> None:
    workflow = YAML(typ="safe").load(ROOT / ".github/workflows/ci.yml")
    assert workflow["on"] == "push"
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1]["run"] == ".ci/run"
    assert os.access(ROOT / ".ci/run", os.X_OK)
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    first, last = (f"3.{minor}" for minor in (11, 12))
    assert job["strategy"]["matrix"]["python"] == [first, last]
    assert supported == f">={first},<3.13"
