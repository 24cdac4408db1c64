"""What every stage reads of params.yaml for a key, and the modules that carry out what it chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.graph.schema import chosen
from pipeline.papers.discovery import declared
from pipeline.params import Params
from pipeline.params.metrics import Cost


@dataclass(frozen=True)
class Reads:
    """values: path in params.yaml → block or value. modules: roots of what the stage runs."""

    values: dict[str, Any]
    modules: set[str]


def _download(suite: Params, key: str) -> Reads:
    source = suite.sources[key]
    return Reads({f"sources.{key}": source}, chosen(source))


def _prepare(suite: Params, key: str) -> Reads:
    block = suite.datasets[key]
    values = {f"datasets.{key}.source": block.source, f"datasets.{key}.prepare": block.prepare}
    return Reads(values, chosen(block.prepare))


def _extractor(suite: Params, key: str) -> Reads:
    block = suite.datasets[key].extractor
    return Reads({f"datasets.{key}.extractor": block}, chosen(block))


def _train(suite: Params, key: str) -> Reads:
    """Of the seeds only where one job trains them all: it starts them all anew."""
    block = suite.experiments[key]
    values = {f"experiments.{key}.dataset": block.dataset, f"experiments.{key}.train": block.train}
    if suite.suite.training_job == "experiment":
        values[f"experiments.{key}.seeds"] = block.seeds
    return Reads(values, chosen(block.train))


def _sample(suite: Params, key: str) -> Reads:
    """All but the metrics, and the guidance's code, which serves training alone."""
    block, path = suite.experiments[key], f"experiments.{key}"
    values = {f"{path}.{name}": getattr(block, name) for name in ("dataset", "seeds", "train", "sample")}
    values[f"{path}.evaluate.reference"] = block.evaluate.reference
    train = block.train
    parts = [train.networks, train.objective, train.prior, train.tempering, block.sample]
    return Reads(values, chosen(parts))


def _evaluate(suite: Params, key: str) -> Reads:
    block = suite.experiments[key]
    values = {f"experiments.{key}": block, f"datasets.{block.dataset}": suite.datasets[block.dataset]}
    modules = chosen([block.evaluate, suite.datasets[block.dataset].extractor])
    # The cost of a step is counted by building the trainer, with all its parts.
    counted = any(isinstance(metric, Cost) for metric in block.evaluate.metrics)
    return Reads(values, modules | (chosen(block.train) if counted else set()))


def _study(suite: Params, key: str) -> Reads:
    block = suite.studies[key]
    return Reads({f"studies.{key}": block}, chosen(block))


def _render(suite: Params, key: str) -> Reads:
    block = suite.results[key]
    values = {block.path: block, **_evidence(suite, block.uses.values())}
    values |= {f"studies.{name}": suite.studies[name] for name in block.studies.values()}
    return Reads(values, {declared("result", block.paper)[block.id]})


def _claims(suite: Params, _: str) -> Reads:
    values = {"suite.title": suite.suite.title, **_section(suite, "studies")}
    for paper, block in suite.papers.items():
        values |= {f"papers.{paper}.claims": block.claims, f"papers.{paper}.untested": block.untested}
    values |= _evidence(suite, suite.experiments)
    judges = {declared("claim", block.paper)[block.id] for block in suite.claims.values()}
    return Reads(values, judges | _packages(suite))


def _report(suite: Params, _: str) -> Reads:
    values = {"suite.title": suite.suite.title, **_section(suite, "datasets")}
    for paper, block in suite.papers.items():
        values |= {f"papers.{paper}.results": list(block.results), f"papers.{paper}.waiting": block.waiting}
    values |= _evidence(suite, suite.experiments)
    return Reads(values, _packages(suite))


def _packages(suite: Params) -> set[str]:
    """The papers' tables."""
    return {f"pipeline.papers.{paper}" for paper in suite.papers}


def _evidence(suite: Params, names: Iterable[str]) -> dict[str, Any]:
    """The blocks of experiments and of their data sets, which captions and tables tell of."""
    used = {name: suite.experiments[name] for name in names}
    return {
        **{f"experiments.{name}": block for name, block in used.items()},
        **{f"datasets.{block.dataset}": suite.datasets[block.dataset] for block in used.values()},
    }


def _section(suite: Params, name: str) -> dict[str, Any]:
    return {f"{name}.{key}": block for key, block in getattr(suite, name).items()}


# Stage → the section whose names it runs for, empty for one that runs once; and what it reads
READS: dict[str, tuple[str, Callable[[Params, str], Reads]]] = {
    "download": ("sources", _download),
    "prepare": ("datasets", _prepare),
    "extractor": ("datasets", _extractor),
    "train": ("experiments", _train),
    "sample": ("experiments", _sample),
    "evaluate": ("experiments", _evaluate),
    "study": ("studies", _study),
    "render": ("results", _render),
    "claims": ("", _claims),
    "report": ("", _report),
}
