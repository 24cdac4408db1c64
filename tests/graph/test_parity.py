"""The Snakefile, dvc.yaml and the steps describe one graph."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from dvc.dependency import ParamsDependency
from dvc.repo import Repo
from engines import SUITES, stage_and_key

from pipeline import params
from pipeline.base import paths
from pipeline.graph.snakemake_dag import graph_of_jobs
from pipeline.graph.steps import Step, Steps
from pipeline.graph.suite import open_suite

Node = dict[str, set[str]]
# Stages of which DVC does several jobs in one → the folder with the needs of those
GATHERED = {"train": "runs", "render": "results"}
Graph = dict[tuple[str, str], Node]


def snakemake_graph() -> Graph:
    nodes: Graph = defaultdict(lambda: defaultdict(set))
    with graph_of_jobs("lock", forceall=True) as dag:
        for job in dag.jobs:
            if job.rule.name == "lock":
                continue
            node = nodes[stage_and_key(job)]
            node["deps"] |= {str(file) for file in job.input}
            node["outs"] |= {str(file) for file in job.output}
            node["command"] |= {job.shellcmd.split(" > ")[0].split(" --seed")[0].rstrip()}
    return nodes


def dvc_graph() -> Graph:
    """Without `needs`, whose files the Snakefile writes itself as it is read."""
    nodes: Graph = {}
    here = Path.cwd()
    with Repo() as repo:
        for stage in repo.index.stages:
            stage_name, _, key = stage.name.partition("@")
            if Path(stage.wdir) != here or stage_name == "needs":
                continue
            files = [dep for dep in stage.deps if not isinstance(dep, ParamsDependency)]
            nodes[stage_name, key] = {
                "deps": {str(Path(dep.fs_path).relative_to(here)) for dep in files},
                "outs": {str(Path(out.fs_path).relative_to(here)) for out in stage.outs},
                "command": {stage.cmd.replace('"$DVC_STAGE"', key)},
            }
    return nodes


def steps_graph() -> Graph:
    """What the steps say: their files and receipts, and as `deps` those of the steps that they rest on."""
    nodes: Graph = defaultdict(lambda: defaultdict(set))
    for step in Steps(params.load()).all():
        node = nodes[step.stage, step.key]
        node["outs"] |= {str(file) for file in (*step.outputs, step.receipt)}
        node["deps"] |= {str(file) for maker in step.makers for file in (*maker.outputs, maker.receipt)}
        node["deps"].add(str(paths.needs(step.stage, step.key)))
    return nodes


def uncovered(files: set[str], entries: set[str]) -> set[str]:
    """Files that are neither an entry nor in a folder that is one."""
    return {file for file in files if not any(Path(file).is_relative_to(entry) for entry in entries)}


def idle(files: set[str], entries: set[str]) -> set[str]:
    """Entries that cover none of the files."""
    return {entry for entry in entries if not any(Path(file).is_relative_to(entry) for file in files)}


@pytest.fixture(scope="module", params=SUITES, ids=lambda suite: suite.name)
def graphs(request: pytest.FixtureRequest) -> tuple[Graph, Graph, Graph]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(request.param)
        return snakemake_graph(), dvc_graph(), steps_graph()


@pytest.fixture
def suite_graph(
    graphs: tuple[Graph, Graph, Graph], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Graph:
    """Snakemake's graph of a suite, in the suite's folder."""
    monkeypatch.chdir(request.node.callspec.params["graphs"])
    return graphs[0]


def as_dvc_has_it(graph: Graph) -> Graph:
    """One job for all seeds of an experiment, and for all results of a paper, their needs in one file."""
    results, merged = params.load().results, defaultdict(lambda: defaultdict(set))
    for (stage, key), node in graph.items():
        name = results[key].paper if stage == "render" else key
        for side, files in node.items():
            merged[stage, name][side] |= files
    for (stage, key), node in merged.items():
        if stage in GATHERED:
            own = {file for file in node["deps"] if file.startswith(f"{paths.NEEDS / stage}/")}
            node["deps"] = node["deps"] - own | {str(paths.needs(GATHERED[stage], key))}
        if stage == "render":
            node["command"] = {f"python -m pipeline render {key}"}
    return merged


def test_the_same_stages(suite_graph: Graph, graphs: tuple[Graph, Graph, Graph]) -> None:
    _, theirs, steps = graphs
    assert set(suite_graph) == set(steps)
    assert {key: node["command"] for key, node in as_dvc_has_it(suite_graph).items()} == {
        key: node["command"] for key, node in theirs.items()
    }


def pinned(entries: set[str], steps: Steps) -> set[str]:
    """Files that receipts among the entries have the hashes of, and those that these were made from."""
    seen: dict[str, Step] = {}
    waiting = [one for one in steps.all() if not uncovered({str(one.receipt)}, entries)]
    while waiting:
        step = waiting.pop()
        if step.name not in seen:
            seen[step.name] = step
            waiting += step.makers
    return {str(file) for step in seen.values() for file in step.outputs}


def test_the_same_files_are_made(suite_graph: Graph, graphs: tuple[Graph, Graph, Graph]) -> None:
    for name, node in as_dvc_has_it(suite_graph).items():
        assert uncovered(node["outs"], graphs[1][name]["outs"]) == set(), name
        assert idle(node["outs"], graphs[1][name]["outs"]) == set(), name


def test_the_same_files_are_read(suite_graph: Graph, graphs: tuple[Graph, Graph, Graph]) -> None:
    """DVC has some of them through receipts."""
    made, theirs, steps = Steps(params.load()), graphs[1], as_dvc_has_it(graphs[2])
    for (stage, key), node in as_dvc_has_it(suite_graph).items():
        entries = set(theirs[stage, key]["deps"])
        files = {file for file in node["deps"] if Path(file).suffix} - pinned(entries, made)
        read = node["deps"] | steps[stage, key]["deps"]
        if stage == "render":
            # All evidence of the paper, of which a result may use none.
            entries.remove(str(paths.EVIDENCE / key))
        if stage == "sample":
            # DVC cannot say that only picked latents need a classifier, and has it for all experiments.
            entries = {one for one in entries if not one.startswith("data/extractors/") or one in files}
        assert uncovered(files, entries) == set(), (stage, key)
        assert idle(read, entries) == set(), (stage, key)


@pytest.mark.parametrize("side", ["deps", "outs"])
def test_steps_name_what_the_engines_do(graphs: tuple[Graph, Graph, Graph], side: str) -> None:
    """Every file that a job reads is of a step that its own rests on; it makes what its step says."""
    ours, _, steps = graphs
    for name, node in ours.items():
        assert idle(steps[name][side], node[side]) == set(), name
        if side == "outs":
            assert uncovered(steps[name][side], node[side]) == set(), name


def test_every_step_that_another_rests_on_is_an_input(suite_graph: Graph) -> None:
    for step in Steps(params.load()).all():
        read = suite_graph[step.stage, step.key]["deps"]
        for maker in step.makers:
            files = {str(file) for file in (*maker.outputs, maker.receipt)}
            assert files - uncovered(files, read), (step.name, maker.name)


def test_all_asks_for_every_file_that_a_step_makes(suite_graph: Graph) -> None:
    """A file that nothing asks for stays away when the job that was to make it anew is killed."""
    asked = {str(file) for file in open_suite({}, {}, writes=False).everything(None)}
    made = {str(file) for step in Steps(params.load()).all() for file in step.outputs}
    assert uncovered(made, asked) == set()
