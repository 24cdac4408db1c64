"""What a metric's module reaches, and who reaches it: an edit must touch only the experiments that use it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import get_args

import pytest
from engines import ROOT

from pipeline.params.metrics import Metric, Named

KINDS: dict[str, type[Named]] = {
    get_args(block.model_fields["kind"].annotation)[0]: block for block in get_args(get_args(Metric)[0])
}
MODULES = {f"pipeline.metrics.{kind}" for kind in KINDS}
# Kinds that run parts of the trainer: the cost of a step is counted, and RBMs are trained.
TRAINING = {"cost", "rbm_likelihood"}
PARTS = ("pipeline.gan", "pipeline.networks", "pipeline.stages")


def exists(module: str) -> bool:
    place = ROOT / module.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


@cache
def imported(module: str) -> frozenset[str]:
    """The project's own modules that a module imports, in functions too but not for type checking."""
    place = ROOT / module.replace(".", "/")
    file = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
    return frozenset(name for name in _names(ast.parse(file.read_text())) if exists(name))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pipeline"):
        yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.startswith("pipeline"))
    for inner in ast.iter_child_nodes(node):
        yield from _names(inner)


def reached(module: str) -> set[str]:
    """A module, all that it imports, and the packages that these lie in."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [*imported(name), *filter(None, [name.rpartition(".")[0]])]
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_lies_in_a_module_of_its_own_name(kind: str) -> None:
    assert KINDS[kind].implementation == f"pipeline.metrics.{kind}:{kind}"
    assert callable(KINDS[kind].load())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_reaches_no_other(kind: str) -> None:
    found = reached(f"pipeline.metrics.{kind}")
    assert "pipeline.metrics" in found
    assert found & MODULES == {f"pipeline.metrics.{kind}"}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - TRAINING))
def test_a_kind_reaches_no_trainer_and_no_network(kind: str) -> None:
    assert {name for name in reached(f"pipeline.metrics.{kind}") if name.startswith(PARTS)} == set()


def test_an_evaluation_reaches_no_kind_and_nothing_that_runs_a_generator() -> None:
    found = reached("pipeline.stages.evaluate")
    assert {"pipeline.metrics.evaluation", "pipeline.metrics.evidence", "pipeline.params.metrics"} <= found
    assert found & MODULES == set()
    own = {"pipeline.stages", "pipeline.stages.evaluate"}
    assert {name for name in found - own if name.startswith(PARTS)} == set()


def test_only_picked_latents_reach_the_classifier_where_samples_are_made() -> None:
    assert "pipeline.networks.classifier" in reached("pipeline.gan.latent_arithmetic")
    found = reached("pipeline.stages.sample")
    assert "pipeline.gan.sampling" in found
    assert found & ({"pipeline.gan.latent_arithmetic", "pipeline.networks.classifier"} | MODULES) == set()
