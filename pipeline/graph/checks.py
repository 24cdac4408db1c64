"""What can be known of a suite before anything runs, beyond the schema of params.yaml.

The engines and every stage ask it at their start: what drawing functions, claims and metrics want costs
some imports, which reading the schema does not need.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError, nearest
from pipeline.papers.registry import drawing_function, judge_of
from pipeline.papers.table import papers, table
from pipeline.params import Params
from pipeline.params.sources import Files

MIRROR_VARIABLE = "TEMPERA_MIRROR"


def load_checked(path: Path = paths.PARAMS) -> Params:
    """Read params.yaml and check all of it. Raises PipelineError with one line per problem."""
    suite = params.load(path)
    refuse(suite, path)
    return suite


def refuse(suite: Params, path: Path = paths.PARAMS) -> None:
    """Raises PipelineError, with one line per problem, for results and claims that cannot be made."""
    problems = [*_papers(suite), *_functions(suite), *_mirror(suite)]
    if problems:
        raise PipelineError(f"{path} is not valid:\n  " + "\n  ".join(problems))


def _papers(suite: Params) -> Iterator[str]:
    """Papers that there are not, claims that they do not make, and those both tested and not."""
    for name, block in suite.papers.items():
        if name not in papers():
            yield f"papers.{name}: there is no paper '{name}'; {nearest(name, papers())}"
            continue
        known = table(name).claims
        for section, claims in (("claims", block.claims), ("untested", block.untested)):
            for claim in claims:
                if claim not in known:
                    yield f"papers.{name}.{section}: there is no claim '{claim}'; {nearest(claim, known)}"
        for claim in sorted(block.claims.keys() & block.untested.keys()):
            yield f"papers.{name}.untested.{claim}: it is among the claims as well; keep one of the two."


def _functions(suite: Params) -> Iterator[str]:
    """Problems of the roles and settings of results and claims."""
    lookups: list[tuple[Callable[..., Any], Any]] = [
        *((drawing_function, block) for block in suite.results.values()),
        *((judge_of, block) for block in suite.claims.values()),
    ]
    for look_up, block in lookups:
        try:
            look_up(block, suite.experiments)
        except PipelineError as error:
            yield from str(error).splitlines()


def _mirror(suite: Params) -> Iterator[str]:
    """A mirror that is not there, while a source may still need it."""
    needed = any(
        isinstance(source, Files) and not paths.manifest(name).exists()
        for name, source in suite.sources.items()
    )
    if suite.mirror is None or os.environ.get(MIRROR_VARIABLE) or not needed:
        return
    if not Path(suite.mirror).expanduser().is_dir():
        yield (
            f"mirror: there is no folder '{suite.mirror}': name one, set {MIRROR_VARIABLE}, or set null to "
            "download from the network alone."
        )
