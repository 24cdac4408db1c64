"""What a job rests on besides files: values, code, and the versions of packages, each computed.

Values are those of its blocks in params.yaml as the schema resolves them, defaults included. Code is
what its stage can reach by imports, with the modules of its chosen kinds as roots. Both engines depend on
the file that is written here for every job: data/needs/<stage>/<key>.json.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import write_json
from pipeline.graph import schema
from pipeline.graph.code import Code
from pipeline.graph.reads import READS
from pipeline.graph.steps import Steps
from pipeline.params import Params, choose, fingerprint, plain

# Names under which packages that decide numbers are imported → names under which they are installed
PACKAGES = {
    "PIL": "pillow",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "torch": "torch",
    "torch_fidelity": "torch-fidelity",
    "torchvision": "torchvision",
}
# What `python -m pipeline` does before a stage that decides numbers
ROOTS = ("pipeline.base.arithmetic",)
NOUNS = {"datasets": "data set", "studies": "study"}
# What these bring along of the above
BRINGS = {
    "PIL": (),
    "matplotlib": ("numpy", "PIL"),
    "numpy": (),
    "scipy": ("numpy",),
    "sklearn": ("numpy", "scipy", "PIL"),
    "torch": ("numpy",),
    "torch_fidelity": ("torch", "torchvision", "numpy", "scipy", "PIL"),
    "torchvision": ("torch", "numpy", "PIL"),
}


@dataclass(frozen=True)
class Needs:
    """values: path in params.yaml → plain value. code: file or class → hash. versions: package → version."""

    values: dict[str, Any]
    code: dict[str, str]
    versions: dict[str, str]

    def plain(self) -> dict[str, Any]:
        return {"values": self.values, "code": self.code, "versions": self.versions}


class Book:
    """The needs of every job of a suite."""

    def __init__(self, suite: Params) -> None:
        self.suite = suite
        self.steps = Steps(suite)
        self.code = Code()
        self.known: dict[tuple[str, str], Needs] = {}

    def of(self, stage: str, key: str = "") -> Needs:
        """The needs of a stage for a key. Raises PipelineError when there is no such stage or key."""
        if (stage, key) in self.known:
            return self.known[stage, key]
        if stage not in READS:
            raise PipelineError(f"There is no stage '{stage}': stages are {', '.join(READS)}.")
        section, find = READS[stage]
        if section:
            choose(getattr(self.suite, section), key, NOUNS.get(section, section.removesuffix("s")))
        reads = find(self.suite, key)
        files, foreign = self.code.closure({*ROOTS, f"pipeline.stages.{stage}", *reads.modules})
        read = {**reads.values, "suite.arithmetic": self.suite.suite.arithmetic}
        values = {path: _plain(value) for path, value in sorted(read.items())}
        needs = Needs(values, files | schema.computed(reads.values), versions(foreign))
        self.known[stage, key] = needs
        return needs

    def jobs(self) -> Iterator[tuple[str, str]]:
        """Every stage and key."""
        for stage, (section, _) in READS.items():
            yield from ((stage, key) for key in (getattr(self.suite, section) if section else [""]))

    def write(self) -> None:
        """Write the needs of all jobs, those that changed, and remove those of jobs that are gone."""
        for stage, key in self.jobs():
            self.write_of(stage, key)
        for path, value in self._gathered().items():
            _write(path, value)
        self.code.reader.keep()
        known = self.files()
        for path in paths.NEEDS.rglob("*.json"):
            if path not in known:
                path.unlink()

    def files(self) -> set[Path]:
        """Where the needs of all jobs stand, and those of jobs that DVC does in one."""
        return {paths.needs(stage, key) for stage, key in self.jobs()} | self._gathered().keys()

    def _gathered(self) -> dict[Path, Any]:
        """The needs of all seeds of an experiment, and of all results of a paper, for DVC, which cannot loop
        over either."""
        suite = self.suite
        runs = {
            paths.needs("runs", name): {"seeds": block.seeds, "train": self._hash("train", name)}
            for name, block in suite.experiments.items()
        }
        drawn = {
            paths.needs("results", paper): {
                name: self._hash("render", f"{paper}-{name}") for name in block.results
            }
            for paper, block in suite.papers.items()
        }
        return runs | drawn

    def _hash(self, stage: str, key: str) -> str:
        return fingerprint(self.of(stage, key).plain())

    def write_of(self, stage: str, key: str) -> Needs:
        """Write the needs of a job unless they stand there already, and return them.

        Where its outputs were made with these needs, the file is dated before them, since Snakemake goes by
        dates.
        """
        path, needs = paths.needs(stage, key), self.of(stage, key)
        if _write(path, needs.plain()):
            steps = self.steps.of(stage, key)
            if all((_content(step.receipt) or {}).get("needs") == needs.plain() for step in steps):
                made = [file for step in steps for file in (*step.outputs, step.receipt) if file.exists()]
                oldest = min(file.stat().st_mtime_ns for file in made)
                os.utime(path, ns=(oldest - 1, oldest - 1))
        return needs


def _write(path: Path, value: Any) -> bool:
    """Write JSON unless it stands there already; whether it did not."""
    if _content(path) == value:
        return False
    write_json(path, value)
    return True


def _content(path: Path) -> Any:
    """The JSON in a file; None where there is none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        return json.loads(path.read_text())
    return None


def versions(imports: set[str]) -> dict[str, str]:
    """Installed versions of the packages that decide numbers and are imported, or come with one that is."""
    found = {name for name in imports if name in PACKAGES}
    found |= {inner for name in found for inner in BRINGS[name]}
    return {PACKAGES[name]: _version(PACKAGES[name]) for name in sorted(found)}


@cache
def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise PipelineError(
            f"The package {package} is not installed here: run `make environment`, and work inside .venv."
        ) from None


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return plain(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value
