"""Claims: one registered function a claim, found by its file's text, judged by `rules.py`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline import discovery
from pipeline.claims.finding import Finding
from pipeline.errors import PipelineError, nearest
from pipeline.params.experiment import Claim, Experiment
from pipeline.params.settings import Wanted, check_settings
from pipeline.results import Evidence

Roles = Mapping[str, Sequence[Evidence]]
Judge = Callable[..., Finding]


@dataclass(frozen=True)
class Registered:
    """The function that judges a claim, and what it reads."""

    judge: Judge
    wanted: Wanted


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
    `studies`, and the settings that params.yaml must give, of their annotated types. A role in `optional` may
    be left out, and is then missing in evidence.
    """
    wanted = Wanted(frozenset(roles), frozenset(optional), studies=frozenset(studies))

    def register(judge: Judge) -> Judge:
        _REGISTRY[paper, name] = Registered(judge, wanted)
        return judge

    return register


def judge_of(block: Claim, experiments: Mapping[str, Experiment] | None = None) -> Judge:
    """The registered function of a claim. experiments: those of the suite, to look snapshots up in.

    Raises PipelineError when there is none, or when its roles, studies or settings are not those in
    params.yaml.
    """
    path = f"claims.{block.paper}-{block.id}"
    found = registered(block.paper, block.id)
    if found is None:
        known = discovery.claims(block.paper)
        raise PipelineError(f"{path}: no function judges it; {nearest(block.id, known)}")
    found.wanted.check(path, block.uses, block.studies)
    used = (
        {one: experiments[one] for role in block.uses for one in block.experiments(role)}
        if experiments
        else None
    )
    check_settings(path, found.judge, block.settings, used, found.wanted.studies)
    return found.judge


def registered(paper: str, name: str) -> Registered | None:
    """What is known of a claim's function, from the one file that has it; None if there is none."""
    module = discovery.claims(paper).get(name)
    if module is None:
        return None
    importlib.import_module(module)
    return _REGISTRY[paper, name]
