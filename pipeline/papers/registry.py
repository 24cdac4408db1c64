"""The functions that draw results and judge claims, each found by its file's text and imported alone."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.base.errors import PipelineError, nearest
from pipeline.papers import discovery
from pipeline.params.experiment import Claim, Experiment, Result
from pipeline.params.settings import Wanted, check_settings

if TYPE_CHECKING:
    from pipeline.claims.compare import AllOf, Compare
    from pipeline.claims.finding import Finding
    from pipeline.figures.drawing import Drawing

Draw = Callable[..., "Drawing"]
Judge = Callable[..., "Finding"]


@dataclass(frozen=True)
class Registered:
    """A function, what it reads, and arguments that are no settings."""

    function: Callable[..., Any]
    wanted: Wanted
    fixed: Mapping[str, Any] = field(default_factory=dict)


_REGISTRY: dict[tuple[str, str, str], Registered] = {}


def result(
    paper: str,
    name: str,
    *,
    roles: Iterable[str] = (),
    optional: Iterable[str] = (),
    each: bool = False,
    studies: Iterable[str] = (),
    **fixed: Any,
) -> Callable[[Draw], Draw]:
    """Register the function that draws result `name` of `paper`. roles, optional, each: see `Wanted`. fixed:
    arguments that tell this result from others that the same function draws.

    It is called as draw(evidence, **studies, **settings): evidence maps the roles under `uses` to Evidence;
    its keyword-only parameters are a Studied for each role in `studies`, and the settings that params.yaml
    must give, of their annotated types.
    """
    wanted = Wanted(frozenset(roles), frozenset(optional), each, frozenset(studies))
    return _registering("result", paper, name, wanted, fixed)


def claim(
    paper: str,
    name: str,
    *,
    roles: Iterable[str] = (),
    optional: Iterable[str] = (),
    studies: Iterable[str] = (),
) -> Callable[[Judge], Judge]:
    """Register the function that judges claim `name` of `paper`.

    It is called as `result` says, but evidence maps each role to the Evidence of its experiments in the
    order of params.yaml. A role in `optional` may be left out, and is then missing in evidence. A claim that
    compares two roles by one measure needs no function: it is declared as `C1 = Compare(…)`.
    """
    wanted = Wanted(frozenset(roles), frozenset(optional), studies=frozenset(studies))
    return _registering("claim", paper, name, wanted)


def drawing_function(block: Result, experiments: Mapping[str, Experiment] | None = None) -> Draw:
    """The registered function of a result. experiments: those of the suite, to look snapshots up in.

    Raises PipelineError when there is none, or when its roles, studies or settings are not those in
    params.yaml.
    """
    return _checked("result", block, block.uses.values(), experiments)


def judge_of(block: Claim, experiments: Mapping[str, Experiment] | None = None) -> Judge:
    """The registered function of a claim, as `drawing_function` has it."""
    used = [name for role in block.uses for name in block.experiments(role)]
    return _checked("claim", block, used, experiments)


def registered(kind: str, paper: str, name: str) -> Registered | None:
    """What is known of the function of a 'result' or 'claim', from the one file that has it; None if there
    is none."""
    module = discovery.declared(kind, paper).get(name)
    if module is None:
        return None
    found = importlib.import_module(module)
    if (kind, paper, name) not in _REGISTRY:
        test: Compare | AllOf = getattr(found, name)
        _registering(kind, paper, name, Wanted(frozenset(test.roles)))(test)
    return _REGISTRY[kind, paper, name]


def _registering(
    kind: str, paper: str, name: str, wanted: Wanted, fixed: Mapping[str, Any] | None = None
) -> Callable[[Any], Any]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _REGISTRY[kind, paper, name] = Registered(function, wanted, fixed or {})
        return function

    return register


def _checked(
    kind: str, block: Result | Claim, used: Iterable[str], experiments: Mapping[str, Experiment] | None
) -> Callable[..., Any]:
    found = registered(kind, block.paper, block.id)
    if found is None:
        others = discovery.declared(kind, block.paper)
        raise PipelineError(
            f"{block.path}: {block.paper} has no {kind} '{block.id}'; {nearest(block.id, others)}"
        )
    found.wanted.check(block.path, block.uses, block.studies)
    known = {name: experiments[name] for name in used} if experiments else None
    check_settings(
        block.path, found.function, block.settings, known, found.wanted.studies | found.fixed.keys()
    )
    return partial(found.function, **found.fixed) if found.fixed else found.function
