"""Every step of a suite: what it makes, and which steps made what it reads.

A step is the smallest piece of work that leaves a receipt: a stage for one key, and for training one seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from pipeline.base import paths
from pipeline.params import Params


@dataclass(frozen=True)
class Step:
    """outputs: files, of which `receipt` keeps the hashes. makers: the steps whose outputs it reads. notes:
    what it writes besides, which never repeats."""

    stage: str
    key: str
    outputs: tuple[Path, ...]
    receipt: Path
    makers: tuple[Step, ...] = field(default=(), repr=False)
    seed: int | None = None
    notes: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """The stage with what it runs for, such as train five_gan seed 3."""
        seed = "" if self.seed is None else f" seed {self.seed}"
        return f"{self.stage} {self.key}".strip() + seed

    @property
    def command(self) -> str:
        """What makes it."""
        seed = "" if self.seed is None else f" --seed {self.seed}"
        return f"python -m pipeline {self.stage} {self.key}".strip() + seed


def kept(make: Callable[..., Step]) -> Callable[..., Step]:
    """A method of `Steps` that makes each step once: most are asked for by all that rest on them."""

    @wraps(make)
    def find(steps: Steps, *names: Any) -> Step:
        key = make.__name__, *names
        if key not in steps.known:
            steps.known[key] = make(steps, *names)
        return steps.known[key]

    return find


class Steps:
    """The steps of a suite; each method takes a name in params.yaml."""

    def __init__(self, suite: Params) -> None:
        self.suite = suite
        self.known: dict[tuple[Any, ...], Step] = {}

    def all(self) -> Iterator[Step]:
        """Every step, after those that it rests on."""
        suite = self.suite
        yield from map(self.download, suite.sources)
        yield from map(self.prepare, suite.datasets)
        yield from map(self.extractor, suite.datasets)
        for name, experiment in suite.experiments.items():
            yield from (self.train(name, seed) for seed in experiment.seeds)
            yield self.sample(name)
            yield self.evaluate(name)
        yield from map(self.study, suite.studies)
        yield from map(self.render, suite.results)
        yield self.claims()
        yield self.report()

    def of(self, stage: str, key: str) -> list[Step]:
        """The steps of a stage for one key: a seed each for training, one for every other stage."""
        if stage == "train":
            return [self.train(key, seed) for seed in self.suite.experiments[key].seeds]
        if not key:
            return [getattr(self, stage)()]
        return [getattr(self, stage)(key)]

    @kept
    def download(self, name: str) -> Step:
        return Step("download", name, (paths.manifest(name),), paths.raw(name) / paths.RECEIPT)

    @kept
    def prepare(self, name: str) -> Step:
        maker = self.download(self.suite.datasets[name].source)
        files = tuple(paths.processed_files(name))
        return Step("prepare", name, files, paths.receipt("prepare", name), (maker,))

    @kept
    def extractor(self, name: str) -> Step:
        files = (paths.extractor(name), paths.extractor_metrics(name))
        receipt = paths.extractor(name).with_suffix(".json")
        return Step("extractor", name, files, receipt, (self.prepare(name),))

    @kept
    def train(self, name: str, seed: int) -> Step:
        block = self.suite.experiments[name]
        weights = paths.checkpoint(block.paper, name, seed)
        files = (weights, paths.training_log(block.paper, name, seed))
        makers = (self.prepare(block.dataset),)
        notes = (paths.provenance(block.paper, name, seed),)
        return Step("train", name, files, weights.with_suffix(".json"), makers, seed, notes)

    @kept
    def sample(self, name: str) -> Step:
        block = self.suite.experiments[name]
        files = tuple(paths.samples(block.paper, name, seed) for seed in block.seeds)
        makers = (self.prepare(block.dataset), *self.of("train", name))
        if block.sample.concepts is not None:
            makers += (self.extractor(block.dataset),)
        return Step("sample", name, files, files[0].parent / paths.RECEIPT, makers)

    @kept
    def evaluate(self, name: str) -> Step:
        block = self.suite.experiments[name]
        files = tuple(paths.evidence_files(block.paper, name))
        receipt = paths.evidence(block.paper, name).with_suffix(".json")
        data = self.prepare(block.dataset), self.extractor(block.dataset)
        return Step("evaluate", name, files, receipt, (*data, *self.of("train", name), self.sample(name)))

    @kept
    def study(self, name: str) -> Step:
        evidence = paths.evidence(self.suite.studies[name].paper, name)
        return Step("study", name, (evidence,), evidence.with_suffix(".json"))

    @kept
    def render(self, name: str) -> Step:
        block = self.suite.results[name]
        files = tuple(paths.result_files(block.paper, block.id))
        makers = self._evidence(sorted(set(block.uses.values())), sorted(set(block.studies.values())))
        receipt = paths.receipt("render", f"{block.paper}/{block.id}")
        return Step("render", name, files, receipt, makers)

    @kept
    def claims(self) -> Step:
        files = (paths.CLAIMS, paths.CLAIMS_METRICS)
        makers = self._evidence(self.suite.experiments, self.suite.studies)
        return Step("claims", "", files, paths.receipt("claims", ""), makers)

    @kept
    def report(self) -> Step:
        suite = self.suite
        makers = (
            *map(self.extractor, suite.datasets),
            *map(self.evaluate, suite.experiments),
            *map(self.render, suite.results),
            self.claims(),
        )
        files = (paths.METRICS_SUMMARY, paths.SUMMARY, paths.PLATFORM)
        return Step("report", "", files, paths.receipt("report", ""), makers)

    def _evidence(self, experiments: Iterable[str], studies: Iterable[str]) -> tuple[Step, ...]:
        return (*map(self.evaluate, experiments), *map(self.study, studies))
