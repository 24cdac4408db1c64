"""Claims: one file a paper, one registered function a claim, judged by the rules of `rules.py`."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.claims.finding import Finding
from pipeline.errors import PipelineError, agree, nearest
from pipeline.params.experiment import Claim
from pipeline.results import Evidence

Roles = Mapping[str, Sequence[Evidence]]
Judge = Callable[..., Finding]


@dataclass(frozen=True)
class Registered:
    """The function that judges a claim, the roles that it needs, and those that it can use besides."""

    judge: Judge
    roles: frozenset[str]
    optional: frozenset[str]


_REGISTRY: dict[tuple[str, str], Registered] = {}


def claim(
    paper: str, name: str, *, roles: Sequence[str] = (), optional: Sequence[str] = ()
) -> Callable[[Judge], Judge]:
    """Register the function that judges claim `name` of `paper`.

    It is called as judge(evidence, **settings): evidence maps each role to the Evidence of its experiments
    in the order of params.yaml, and settings are the keyword-only parameters that params.yaml must give.
    A role in `optional` may be left out, and is then missing in evidence.
    """

    def register(judge: Judge) -> Judge:
        _REGISTRY[paper, name] = Registered(judge, frozenset(roles), frozenset(optional))
        return judge

    return register


def judge_of(block: Claim) -> Judge:
    """The registered function of a claim.

    Raises PipelineError when there is none, or when its roles or settings are not those in params.yaml.
    """
    path = f"claims.{block.paper}-{block.id}"
    try:
        importlib.import_module(f"pipeline.claims.{block.paper}")
    except ModuleNotFoundError:
        raise PipelineError(
            f"{path}: there is no file pipeline/claims/{block.paper}.py to judge its claims."
        ) from None
    known = [name for paper, name in _REGISTRY if paper == block.paper]
    if block.id not in known:
        raise PipelineError(f"{path}: no function judges it; {nearest(block.id, known)}")
    found = _REGISTRY[block.paper, block.id]
    agree(f"{path}.uses", block.uses.keys(), found.roles, found.optional)
    parameters = inspect.signature(found.judge).parameters.values()
    wanted = {p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
    agree(f"{path}.settings", block.settings.keys(), wanted)
    return found.judge
