"""The Snakefile and dvc.yaml describe one graph."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from dvc.dependency import ParamsDependency
from dvc.repo import Repo
from engines import SUITES, stage_and_key

from pipeline.jobs import graph_of_jobs

Node = dict[str, set[str]]


def snakemake_graph() -> dict[tuple[str, str], Node]:
    nodes: dict[tuple[str, str], Node] = defaultdict(lambda: defaultdict(set))
    with graph_of_jobs("lock", forceall=True) as dag:
        for job in dag.jobs:
            if job.rule.name == "lock":
                continue
            node = nodes[stage_and_key(job)]
            node["deps"] |= {str(file) for file in job.input}
            node["outs"] |= {str(file) for file in job.output}
            node["values"] |= set(json.loads(job.params.values))
            node["command"] |= {job.shellcmd.split(" > ")[0].split(" --seed")[0].rstrip()}
    return nodes


def dvc_graph() -> dict[tuple[str, str], Node]:
    nodes: dict[tuple[str, str], Node] = {}
    here = Path.cwd()
    with Repo() as repo:
        for stage in repo.index.stages:
            if Path(stage.wdir) != here:
                continue
            stage_name, _, key = stage.name.partition("@")
            files = [dep for dep in stage.deps if not isinstance(dep, ParamsDependency)]
            values = [dep for dep in stage.deps if isinstance(dep, ParamsDependency)]
            nodes[stage_name, key] = {
                "deps": {str(Path(dep.fs_path).relative_to(here)) for dep in files},
                "outs": {str(Path(out.fs_path).relative_to(here)) for out in stage.outs},
                "values": {name for dep in values for name in dep.params if dep.def_path == "params.yaml"},
                "index": {f"{dep.def_path}:{name}" for dep in values for name in dep.params},
                "command": {stage.cmd},
            }
    return nodes


def uncovered(files: set[str], entries: set[str]) -> set[str]:
    """Files that are neither an entry nor in a folder that is one."""
    return {file for file in files if not any(Path(file).is_relative_to(entry) for entry in entries)}


def idle(files: set[str], entries: set[str]) -> set[str]:
    """Entries that cover none of the files."""
    return {entry for entry in entries if not any(Path(file).is_relative_to(entry) for file in files)}


@pytest.fixture(scope="module", params=SUITES, ids=lambda suite: suite.name)
def graphs(request: pytest.FixtureRequest) -> tuple[dict[tuple[str, str], Node], dict[tuple[str, str], Node]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(request.param)
        return snakemake_graph(), dvc_graph()


def test_the_same_stages(graphs: tuple[dict[tuple[str, str], Node], dict[tuple[str, str], Node]]) -> None:
    ours, theirs = graphs
    assert set(ours) == set(theirs)
    assert {key: node["command"] for key, node in ours.items()} == {
        key: node["command"] for key, node in theirs.items()
    }


@pytest.mark.parametrize("side", ["deps", "outs"])
def test_the_same_files(
    graphs: tuple[dict[tuple[str, str], Node], dict[tuple[str, str], Node]], side: str
) -> None:
    ours, theirs = graphs
    for name, node in ours.items():
        files, entries = set(node[side]), theirs[name][side]
        if (name[0], side) == ("render", "deps"):
            # DVC has the evidence of a result through its entry in the paper's index.
            files = {file for file in files if file.startswith("pipeline/")}
            paper = next(iter(node["outs"])).split("/")[2]
            assert f"reports/index/{paper}.json:{name[1]}" in theirs[name]["index"]
        if (name[0], side) == ("sample", "deps"):
            # DVC cannot say that only picked latents need a classifier, and has it for all experiments.
            entries = entries - {entry for entry in entries - files if entry.startswith("data/extractors/")}
        assert uncovered(files, entries) == set(), name
        assert idle(files, entries) == set(), name


def test_the_same_values(graphs: tuple[dict[tuple[str, str], Node], dict[tuple[str, str], Node]]) -> None:
    ours, theirs = graphs
    for (stage, key), node in ours.items():
        # One stage of DVC trains all seeds, so the list is among its values.
        seeds = {f"experiments.{key}.seeds"} if stage == "train" else set()
        assert node["values"] | seeds == theirs[stage, key]["values"], (stage, key)
