"""Claims: one file a paper, one registered function a claim, judged by the rules of `rules.py`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence

from pipeline.claims.finding import Finding
from pipeline.errors import PipelineError, nearest
from pipeline.params.experiment import Claim, Experiment
from pipeline.params.settings import Wanted, check_settings
from pipeline.results import Evidence

Roles = Mapping[str, Sequence[Evidence]]
Judge = Callable[..., Finding]


_REGISTRY: dict[tuple[str, str], tuple[Judge, Wanted]] = {}


def claim(
    paper: str, name: str, *, roles: Sequence[str] = (), optional: Sequence[str] = ()
) -> Callable[[Judge], Judge]:
    """Register the function that judges claim `name` of `paper`.

    It is called as judge(evidence, **settings): evidence maps each role to the Evidence of its experiments
    in the order of params.yaml, and settings are the keyword-only parameters that params.yaml must give, of
    their annotated types.
    A role in `optional` may be left out, and is then missing in evidence.
    """

    def register(judge: Judge) -> Judge:
        _REGISTRY[paper, name] = judge, Wanted(frozenset(roles), frozenset(optional))
        return judge

    return register


def judge_of(block: Claim, experiments: Mapping[str, Experiment] | None = None) -> Judge:
    """The registered function of a claim. experiments: those of the suite, to look snapshots up in.

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
    judge, wanted = _REGISTRY[block.paper, block.id]
    wanted.check(path, block.uses)
    used = (
        {one: experiments[one] for role in block.uses for one in block.experiments(role)}
        if experiments
        else None
    )
    check_settings(path, judge, block.settings, used)
    return judge
