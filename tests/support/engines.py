"""Suites of their own for tests of the graph, the engines that run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from receipts_fakes import leave_receipts

from pipeline import params
from pipeline.graph.steps import Steps
from pipeline.stages import lock

ROOT = Path(__file__).parents[2]
SUITES = [path.parent for path in (ROOT / "params.yaml", *ROOT.glob("suites/*/params.yaml")) if path.exists()]


def make_suite(folder: Path, copy_code: bool = False) -> Path:
    """A fresh smoke suite outside git, with a copy of the project's code in it if that is asked for."""
    folder.mkdir()
    for name in ("params.yaml", "dvc.yaml", ".dvcignore"):
        shutil.copy(ROOT / "suites/smoke" / name, folder)
    shutil.copytree(
        ROOT / "suites/smoke/.dvc", folder / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp")
    )
    (folder / ".dvc/config").write_text((ROOT / ".dvc/config").read_text() + "    no_scm = true\n")
    if copy_code:
        shutil.copytree(ROOT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def exact(value: Any) -> Any:
    """A value in which 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return {key: exact(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    return type(value).__name__, value


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this interpreter's environment in a suite."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


def snakemake(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "snakemake", "-s", str(ROOT / "Snakefile"), "--cores", "2", *words, **environment)


def stage_and_key(job: Any) -> tuple[str, str]:
    """A Snakemake job under the name of its DVC stage."""
    wildcards = job.wildcards
    if job.rule.name == "render":
        return "render", f"{wildcards.paper}-{wildcards.result}"
    for subject in ("experiment", "study", "dataset", "source", "paper"):
        if subject in wildcards.keys():  # noqa: SIM118
            return job.rule.name, wildcards.get(subject)
    return job.rule.name, ""


def pretend_made() -> None:
    """Put a file in the place of every output of the suite in the working directory, and have both engines
    take them for their own."""
    suite = params.load()
    for step in Steps(suite).all():
        for file in step.outputs:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(str(file)))
    leave_receipts(suite)
    touched = snakemake(Path.cwd(), "--touch", "--forceall")
    assert touched.returncode == 0, touched.stderr
    lock.commit()
