"""Results: one package a paper, one registered function a figure or table."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from pipeline import paths
from pipeline.errors import PipelineError, nearest
from pipeline.files import read_csv, read_json
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment, Result
from pipeline.params.settings import Wanted, check_settings

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
        return read_json(paths.metrics(self.experiment.paper, self.name))

    @cached_property
    def curves(self) -> dict[str, np.ndarray]:
        """Columns of metrics by snapshot: `seed`, `step`, then one a metric; NaN where not evaluated."""
        return _columns(read_csv(paths.curves(self.experiment.paper, self.name)))

    @cached_property
    def training(self) -> dict[str, np.ndarray]:
        """Columns of the training logs: `seed`, `step`, losses, D's outputs, schedules."""
        return _columns(read_csv(paths.training(self.experiment.paper, self.name)))

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Small arrays: `real`, `panel_seed<s>_<step>`, `grid`, …"""
        path = paths.evidence(self.experiment.paper, self.name)
        try:
            with np.load(path, allow_pickle=False) as file:
                return dict(file)
        except FileNotFoundError:
            raise PipelineError(
                f"{path} is missing: run `python -m pipeline evaluate {self.name}` first."
            ) from None
        except (ValueError, EOFError, BadZipFile) as error:
            raise PipelineError(
                f"{path} is damaged ({error}): delete it and run "
                f"`python -m pipeline evaluate {self.name}` again."
            ) from None

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
_REGISTRY: dict[tuple[str, str], tuple[Draw, Wanted]] = {}
_TITLES: dict[tuple[str, str], str] = {}


def result(
    paper: str,
    name: str,
    title: str = "",
    *,
    roles: Iterable[str] = (),
    optional: Iterable[str] = (),
    each: bool = False,
) -> Callable[[Draw], Draw]:
    """Register the function that draws result `name` of `paper`; a result that the paper does not
    number needs a title. roles, optional, each: see `Wanted`.

    It is called as draw(evidence, **settings): evidence maps the roles under `uses` to Evidence, and
    settings are the keyword-only parameters that params.yaml must give, of their annotated types.
    """

    def register(draw: Draw) -> Draw:
        _REGISTRY[paper, name] = draw, Wanted(frozenset(roles), frozenset(optional), each)
        _TITLES[paper, name] = title
        return draw

    return register


def title(paper: str, name: str) -> str:
    """The title under which a result was registered; empty where there is none."""
    return _TITLES.get((paper, name), "")


def drawing_function(block: Result, experiments: Mapping[str, Experiment] | None = None) -> Draw:
    """The registered function of a result. experiments: those of the suite, to look snapshots up in.

    Raises PipelineError when there is none, or when its roles or settings are not those in params.yaml.
    """
    try:
        importlib.import_module(f"pipeline.results.{block.paper}")
    except ModuleNotFoundError:
        raise PipelineError(
            f"There is no package pipeline/results/{block.paper} to draw its results."
        ) from None
    known = [name for paper, name in _REGISTRY if paper == block.paper]
    path = f"results.{block.paper}-{block.id}"
    if block.id not in known:
        raise PipelineError(f"{path}: {block.paper} has no result '{block.id}'; {nearest(block.id, known)}")
    draw, wanted = _REGISTRY[block.paper, block.id]
    wanted.check(path, block.uses)
    used = {name: experiments[name] for name in block.uses.values()} if experiments else None
    check_settings(path, draw, block.settings, used)
    return draw


def _columns(rows: list[dict[str, str]]) -> dict[str, np.ndarray]:
    names = rows[0] if rows else {}
    return {name: np.array([float(row[name]) if row[name] else np.nan for row in rows]) for name in names}
