"""Results: one package a paper, one registered function a figure or table, found by its file's text."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline import discovery, paths
from pipeline.errors import PipelineError, nearest
from pipeline.files import read_columns, read_json, read_npz
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment, Result
from pipeline.params.settings import Wanted, check_settings
from pipeline.results import forms

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Evidence:
    """What one experiment left for results to be drawn from."""

    name: str
    experiment: Experiment
    dataset: Dataset

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """reports/metrics/<paper>/<experiment>.json."""
        found: dict[str, Any] = read_json(
            paths.metrics(self.experiment.paper, self.name), self._maker, forms.Metrics
        )
        return found

    @cached_property
    def curves(self) -> dict[str, np.ndarray]:
        """Columns of metrics by snapshot: `seed`, `step`, then one a metric; NaN where not evaluated."""
        return read_columns(paths.curves(self.experiment.paper, self.name), self._maker)

    @cached_property
    def training(self) -> dict[str, np.ndarray]:
        """Columns of the training logs: `seed`, `step`, losses, D's outputs, schedules."""
        return read_columns(paths.training(self.experiment.paper, self.name), self._maker)

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Small arrays: `real`, `panel_seed<s>_<step>`, `grid`, …"""
        return read_npz(paths.evidence(self.experiment.paper, self.name), self._maker)

    @property
    def _maker(self) -> str:
        return f"`python -m pipeline evaluate {self.name}`"

    def read(self) -> None:
        """Read all of it now. Raises PipelineError when a file is missing or damaged."""
        _ = self.metrics, self.curves, self.training, self.arrays


@dataclass(frozen=True)
class Drawing:
    """A result as drawn: the figure, the rows it was drawn from, and a caption.

    The caption says what is shown; what was run (data, steps, samples, seeds) is added by `render`
    from the evidence.
    """

    figure: Figure
    rows: list[dict[str, Any]]
    caption: str


Draw = Callable[..., Drawing]


@dataclass(frozen=True)
class Registered:
    """The function that draws a result, its title, and what it reads."""

    draw: Draw
    title: str
    wanted: Wanted


_REGISTRY: dict[tuple[str, str], Registered] = {}


def result(
    paper: str,
    name: str,
    title: str = "",
    *,
    roles: Iterable[str] = (),
    optional: Iterable[str] = (),
    each: bool = False,
    studies: Iterable[str] = (),
) -> Callable[[Draw], Draw]:
    """Register the function that draws result `name` of `paper`; a result that the paper does not
    number needs a title. roles, optional, each: see `Wanted`.

    It is called as draw(evidence, **studies, **settings): evidence maps the roles under `uses` to Evidence;
    its keyword-only parameters are a Studied for each role in `studies`, and the settings that params.yaml
    must give, of their annotated types.
    """
    wanted = Wanted(frozenset(roles), frozenset(optional), each, frozenset(studies))

    def register(draw: Draw) -> Draw:
        _REGISTRY[paper, name] = Registered(draw, title, wanted)
        return draw

    return register


def title(paper: str, name: str) -> str:
    """The title under which a result was registered; empty where there is none."""
    found = _registered(paper, name)
    return found.title if found else ""


def drawing_function(block: Result, experiments: Mapping[str, Experiment] | None = None) -> Draw:
    """The registered function of a result. experiments: those of the suite, to look snapshots up in.

    Raises PipelineError when there is none, or when its roles, studies or settings are not those in
    params.yaml.
    """
    path = f"results.{block.paper}-{block.id}"
    found = _registered(block.paper, block.id)
    if found is None:
        raise PipelineError(
            f"{path}: {block.paper} has no result '{block.id}'; "
            f"{nearest(block.id, discovery.results(block.paper))}"
        )
    found.wanted.check(path, block.uses, block.studies)
    used = {name: experiments[name] for name in block.uses.values()} if experiments else None
    check_settings(path, found.draw, block.settings, used, found.wanted.studies)
    return found.draw


def _registered(paper: str, name: str) -> Registered | None:
    """Imports the one file that registers the result; None if there is none."""
    module = discovery.results(paper).get(name)
    if module is None:
        return None
    importlib.import_module(module)
    return _REGISTRY[paper, name]
