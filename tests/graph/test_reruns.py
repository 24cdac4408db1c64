"""The same edit makes both engines run the same stages again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import pytest
from dvc.repo import Repo
from engines import stage_and_key
from ruamel.yaml import YAML

from pipeline import params
from pipeline.base import paths
from pipeline.graph import needs
from pipeline.graph.job import Worker
from pipeline.graph.snakemake_dag import graph_of_jobs
from pipeline.stages import lock
from pipeline.stages.why import reasons

Stages = set[tuple[str, str]]
PLAIN, ANNEALED, DIGITS = "mixture-plain", "mixture-annealed", "gan-digits"
# Inherits from PLAIN, for another paper; no result uses it.
DENOISED = "mixture-denoised"
STUDIED = {("render", "dfm-eq11")}
# What rests on all evidence.
ENDS = (("claims", ""), ("report", ""))


def snakemake_would_run() -> Stages:
    with graph_of_jobs("lock") as dag:
        return {stage_and_key(job) for job in dag.needrun_jobs() if job.rule.name != "lock"}


def dvc_would_run() -> Stages:
    """What `dvc status` calls changed, and what hangs on it.

    It draws what is not up to date of a paper in one stage, in place of which stand the results that need it.
    Samples hang on a feature network only where it picks their latents; elsewhere they come out equal.
    """
    with Repo() as repo:
        changed = {name.split(":")[-1] for name in repo.status()} - {"needs"}
        graph = networkx.DiGraph()
        for stage, other in repo.index.graph.edges:
            kinds = other.name.partition("@")[0], stage.name.partition("@")[0]
            if kinds != ("extractor", "sample") and "render" not in kinds and other.name != "needs":
                graph.add_edge(other.name, stage.name)
        drawn = {name for name in changed if name.startswith("render@")}
        worker = Worker(suite := params.load())
        for key, block in suite.results.items():
            graph.add_edges_from((f"evaluate@{name}", f"render@{key}") for name in block.uses.values())
            graph.add_edges_from((f"study@{name}", f"render@{key}") for name in block.studies.values())
            graph.add_edge(f"render@{key}", "report")
            if f"render@{block.paper}" in drawn and reasons(worker.steps.render(key), worker.checker):
                changed.add(f"render@{key}")
        changed -= drawn
        graph.add_nodes_from(changed)
        found = changed.union(*(networkx.descendants(graph, name) for name in changed))
    return {(stage, key) for stage, _, key in (name.partition("@") for name in found)}


def edit_params(change: Callable[[Any], None]) -> None:
    yaml = YAML()
    content = yaml.load(paths.PARAMS)
    change(content)
    yaml.dump(content, paths.PARAMS)


def chain(*experiments: str) -> Stages:
    return {(stage, name) for name in experiments for stage in ("train", "sample", "evaluate")}


def both() -> Stages:
    found = snakemake_would_run()
    assert found == dvc_would_run()
    return found


def test_nothing_without_an_edit(edited: Path) -> None:
    assert both() == set()


def test_a_value_of_training(edited: Path) -> None:
    edit_params(lambda content: content["experiments"][ANNEALED]["train"]["tempering"].update(beta_last=9.0))
    results = {("render", "beta_gan-fig2-middle"), *ENDS}
    assert both() == chain(ANNEALED) | results


def test_a_value_of_sampling_trains_nothing(edited: Path) -> None:
    edit_params(lambda content: content["experiments"][DIGITS]["sample"]["paths"].update(points=6))
    results = {("render", "gan-table1"), *ENDS}
    assert both() == chain(DIGITS) - {("train", DIGITS)} | results


def test_a_value_of_evaluation_only_measures(edited: Path) -> None:
    edit_params(lambda content: content["experiments"][DIGITS]["evaluate"].update(panel=9))
    assert both() == {("evaluate", DIGITS), ("render", "gan-table1"), *ENDS}


def test_an_inherited_value_reruns_all_heirs(edited: Path) -> None:
    edit_params(lambda content: content["experiments"][PLAIN]["train"].update(batch=16))
    drawn = {("render", "beta_gan-fig2-top"), ("render", "beta_gan-fig2-middle")}
    assert both() == chain(PLAIN, ANNEALED, DENOISED) | drawn | set(ENDS)


def test_a_value_of_a_study(edited: Path) -> None:
    edit_params(lambda content: content["studies"]["denoisers"].update(batch=16))
    assert both() == {("study", "denoisers"), *STUDIED, *ENDS}


def test_a_new_study(edited: Path) -> None:
    """Claims may read it; no result does."""

    def add(content: Any) -> None:
        content["studies"]["new"] = json.loads(json.dumps(content["studies"]["denoisers"]))

    edit_params(add)
    assert both() == {("study", "new"), *ENDS}


def test_a_setting_of_a_result_draws_it_alone(edited: Path) -> None:
    edit_params(lambda content: content["papers"]["gan"]["results"]["rps"]["settings"].update(steps=60))
    assert both() == {("render", "gan-rps"), ("report", "")}


def test_an_entry_of_a_claim_judges_the_claims_alone(edited: Path) -> None:
    edit_params(lambda content: content["papers"]["gan"]["claims"].pop("C9"))
    assert both() == set(ENDS)


def test_a_data_set(edited: Path) -> None:
    edit_params(lambda content: content["datasets"]["digits"]["extractor"].update(epochs=2))
    results = {("render", "gan-table1"), *ENDS}
    assert both() == {("extractor", "digits"), ("evaluate", DIGITS)} | results


def test_a_new_experiment(edited: Path) -> None:
    def add(content: Any) -> None:
        content["experiments"]["new"] = json.loads(json.dumps(content["experiments"][PLAIN]))

    edit_params(add)
    assert both() == chain("new") | set(ENDS)


def test_a_removed_experiment(edited: Path) -> None:
    """With the files that it left; while they lie there DVC sees no change, and `lock` refuses."""

    def remove(content: Any) -> None:
        del content["experiments"][ANNEALED]
        del content["papers"]["beta_gan"]["results"]["fig2-middle"]
        del content["papers"]["beta_gan"]["claims"]["C1"]

    edit_params(remove)
    with pytest.raises(params.PipelineError, match=r"was made from something else than there is now"):
        lock.refuse_unless_current(params.load())
    for file in (
        *paths.evidence_files("beta_gan", ANNEALED),
        *paths.result_files("beta_gan", "fig2-middle"),
    ):
        file.unlink()
    assert both() == set(ENDS)


def test_a_new_seed(edited: Path) -> None:
    edit_params(lambda content: content["experiments"][DIGITS]["seeds"].append(5))
    results = {("render", "gan-table1"), *ENDS}
    assert both() == chain(DIGITS) | results
    with graph_of_jobs("lock") as dag:
        trained = [job.wildcards.seed for job in dag.needrun_jobs() if job.rule.name == "train"]
    assert trained == ["5"]


def test_order_and_comments_are_nothing(edited: Path) -> None:
    def reorder(content: Any) -> None:
        content["experiments"][DIGITS]["train"].move_to_end("networks")
        content["experiments"].move_to_end(DIGITS)

    edit_params(reorder)
    paths.PARAMS.write_text("# A comment.\n" + paths.PARAMS.read_text())
    assert both() == set()


@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("pipeline/gan/tempering/anneal.py", chain(ANNEALED)),
        ("pipeline/networks/maxout.py", chain(DIGITS)),
        (
            "pipeline/gan/sampling.py",
            chain(PLAIN, ANNEALED, DIGITS, DENOISED)
            - {("train", n) for n in (PLAIN, ANNEALED, DIGITS, DENOISED)},
        ),
        ("pipeline/base/paths.py", set()),
    ],
)
def test_a_file_of_code(edited: Path, file: str, stages: Stages) -> None:
    with (edited / file).open("a") as code:
        code.write("\nCHANGED = True\n")
    found = both()
    assert {(stage, key) for stage, key in found if stage in ("train", "sample", "evaluate")} == stages


def test_code_with_an_older_date(edited: Path) -> None:
    file = edited / "pipeline/gan/trainer.py"
    file.write_text(file.read_text().replace("self.completed += 1", "self.completed += 2"))
    os.utime(file, (0, 0))
    assert chain(PLAIN, ANNEALED, DIGITS) <= both()


def test_a_comment_or_a_docstring_is_nothing(edited: Path) -> None:
    file = edited / "pipeline/gan/trainer.py"
    file.write_text("# A comment.\n" + file.read_text().replace("A run in memory.", "A run."))
    assert both() == set()


@pytest.mark.parametrize("folder", ["metrics", "networks", "datasets", "gan/objective"])
def test_a_new_file_of_a_kind_is_nothing(edited: Path, folder: str) -> None:
    file = edited / "pipeline" / folder / "another.py"
    file.write_text("import torch\n\nfrom pipeline.base.files import read_json\n")
    try:
        assert both() == set()
    finally:
        file.unlink()


def test_a_default_of_the_schema(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What leaves no trace in params.yaml reaches every run with Adam's default, and no other."""
    plain = needs.plain

    def with_another_beta2(block: Any) -> Any:
        return json.loads(json.dumps(plain(block)).replace('"beta2": 0.999', '"beta2": 0.9'))

    monkeypatch.setattr(needs, "plain", with_another_beta2)
    assert {name for stage, name in both() if stage == "train"} == {PLAIN, ANNEALED, "mixture-denoised"}


def test_an_upgraded_package(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = needs._version

    def upgraded(package: str) -> str:
        return "99.0" if package == "torch" else installed(package)

    monkeypatch.setattr(needs, "_version", upgraded)
    found = both()
    assert chain(PLAIN, ANNEALED, DIGITS) <= found
    assert not {stage for stage, _ in found} & {"download"}


def test_the_code_of_a_study(edited: Path) -> None:
    with (edited / "pipeline/studies/denoiser.py").open("a") as code:
        code.write("\nCHANGED = True\n")
    assert both() == {("study", "denoisers"), *STUDIED, *ENDS}
