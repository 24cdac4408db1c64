"""Roles and settings that params.yaml gives to the functions of results and claims."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.base.errors import PipelineError, agree
from pipeline.params.experiment import Experiment


@dataclass(frozen=True)
class AtSnapshot:
    """Marks a setting that is a step at which the experiments used keep their networks: all, or those with
    this kind of tempering."""

    tempering: str | None = None


Snapshot = Annotated[int, Field(ge=0), AtSnapshot()]
LensSnapshot = Annotated[int, Field(ge=0), AtSnapshot("lens")]


@dataclass(frozen=True)
class Wanted:
    """The roles that a function needs under `uses`, those that it can use besides, and those of its studies.

    `each`: it treats every experiment alike, whatever its role, and needs at least one.
    """

    roles: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    each: bool = False
    studies: frozenset[str] = frozenset()

    def check(self, path: str, uses: Mapping[str, Any], studies: Mapping[str, Any]) -> None:
        """Raises PipelineError when the roles under `path` are not these."""
        agree(f"{path}.studies", studies.keys(), self.studies)
        if not self.each:
            agree(f"{path}.uses", uses.keys(), self.roles, self.optional)
        elif not uses:
            raise PipelineError(f"{path}.uses: name at least one experiment under a role of your choice.")


def check_settings(
    path: str,
    function: Callable[..., Any],
    settings: Mapping[str, Any],
    experiments: Mapping[str, Experiment] | None = None,
    apart: Set[str] = frozenset(),
) -> None:
    """Hold settings against the keyword-only parameters of a function, but for those in `apart`, their types,
    and, if the experiments that it uses are given, their snapshots.

    Raises PipelineError with the key's path, one line a problem.
    """
    parameters = inspect.signature(function).parameters.values()
    named = {p.name: p.annotation for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
    wanted = {name: annotation for name, annotation in named.items() if name not in apart}
    agree(f"{path}.settings", settings.keys(), wanted.keys())
    scope = getattr(function, "__globals__", {})
    problems: list[str] = []
    for name, annotation in wanted.items():
        kind = eval(annotation, scope) if isinstance(annotation, str) else annotation
        where = f"{path}.settings.{name}"
        problems += _wrong_type(where, kind, settings[name])
        mark = _step(kind)
        if not problems and experiments and mark:
            problems += _no_snapshots(where, settings[name], experiments, mark)
    if problems:
        raise PipelineError("\n".join(problems))


def _wrong_type(where: str, kind: Any, value: Any) -> Iterator[str]:
    try:
        _adapter(kind).validate_python(value)
    except ValidationError as error:
        for problem in error.errors():
            place = ".".join([where, *(str(part) for part in problem["loc"] if isinstance(part, int))])
            message = problem["msg"][0].lower() + problem["msg"][1:]
            yield f"{place}: {message}, not {problem['input']!r}."


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind, config=ConfigDict(strict=True))


def _step(kind: Any) -> AtSnapshot | None:
    """The mark of a type that is a step, or a list of steps."""
    marks = (mark for one in (kind, *get_args(kind)) for mark in getattr(one, "__metadata__", ()))
    return next((mark for mark in marks if isinstance(mark, AtSnapshot)), None)


def _no_snapshots(
    where: str, value: Any, experiments: Mapping[str, Experiment], mark: AtSnapshot
) -> Iterator[str]:
    steps = value if isinstance(value, list) else [value]
    for name, experiment in experiments.items():
        kept = experiment.train.snapshot_steps
        missing = [step for step in steps if step not in kept]
        if missing and mark.tempering in (None, experiment.train.tempering.kind):
            yield (
                f"{where}: {', '.join(map(str, missing))} is no snapshot of experiment '{name}', which keeps "
                f"{', '.join(map(str, kept))}: add it to train.snapshots, or choose another."
            )
