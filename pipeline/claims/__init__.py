"""Claims: one registered function a claim, found by its file's text, judged by `rules.py`."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline import discovery
from pipeline.claims.finding import Finding
from pipeline.errors import PipelineError, agree, nearest
from pipeline.params.experiment import Claim
from pipeline.results import Evidence

Roles = Mapping[str, Sequence[Evidence]]
Judge = Callable[..., Finding]


@dataclass(frozen=True)
class Registered:
    """The function that judges a claim, the roles that it needs, those that it can use besides, and those
    of its studies."""

    judge: Judge
    roles: frozenset[str]
    optional: frozenset[str]
    studies: frozenset[str]


_REGISTRY: dict[tuple[str, str], Registered] = {}


def claim(
    paper: str,
    name: str,
    *,
    roles: Sequence[str] = (),
    optional: Sequence[str] = (),
    studies: Sequence[str] = (),
) -> Callable[[Judge], Judge]:
    """Register the function that judges claim `name` of `paper`.

    It is called as judge(evidence, **studies, **settings): evidence maps each role to the Evidence of its
    experiments in the order of params.yaml; its keyword-only parameters are a Studied for each role in
    `studies`, and the settings that params.yaml must give. A role in `optional` may be left out, and is then
    missing in evidence.
    """

    def register(judge: Judge) -> Judge:
        _REGISTRY[paper, name] = Registered(judge, frozenset(roles), frozenset(optional), frozenset(studies))
        return judge

    return register


def judge_of(block: Claim) -> Judge:
    """The registered function of a claim.

    Raises PipelineError when there is none, or when its roles, studies or settings are not those in
    params.yaml.
    """
    path = f"claims.{block.paper}-{block.id}"
    found = registered(block.paper, block.id)
    if found is None:
        known = discovery.claims(block.paper)
        raise PipelineError(f"{path}: no function judges it; {nearest(block.id, known)}")
    agree(f"{path}.uses", block.uses.keys(), found.roles, found.optional)
    agree(f"{path}.studies", block.studies.keys(), found.studies)
    parameters = inspect.signature(found.judge).parameters.values()
    wanted = {p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
    agree(f"{path}.settings", block.settings.keys(), wanted - found.studies)
    return found.judge


def registered(paper: str, name: str) -> Registered | None:
    """What is known of a claim's function, from the one file that has it; None if there is none."""
    module = discovery.claims(paper).get(name)
    if module is None:
        return None
    importlib.import_module(module)
    return _REGISTRY[paper, name]
