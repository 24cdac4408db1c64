"""params.yaml: its schema, its one loader, and its errors in plain sentences."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, ValidationError, model_validator

from pipeline.base import document
from pipeline.base.arithmetic import Arithmetic
from pipeline.base.errors import PipelineError, nearest
from pipeline.base.paths import PARAMS
from pipeline.params.base import Block
from pipeline.params.datasets import Dataset, factors
from pipeline.params.datasets.common import Sizes
from pipeline.params.experiment import Claim, Experiment, Paper, Result
from pipeline.params.fits import doubts, misfits
from pipeline.params.seams import Anneal
from pipeline.params.sizes import split_sizes
from pipeline.params.sources import Source
from pipeline.params.studies import Study
from pipeline.params.text import Title, is_name


class Suite(Block):
    """`training_job` is what one of Snakemake's jobs trains: a `run`, to use many GPUs or cores, or all
    seeds of an `experiment`, where starting a process would cost as much as a run. `arithmetic` is `portable`
    where numbers are meant to be compared between processors, and `native` where speed counts."""

    name: Title
    title: Title
    training_job: Literal["run", "experiment"] = "run"
    arithmetic: Arithmetic = "portable"


class Params(Block):
    """The whole file. Cross-references are checked here, so that nothing runs on a dangling name.

    `defaults` holds the YAML anchors that other blocks inherit from; nothing reads it by itself.
    """

    suite: Suite
    defaults: dict[str, Any] = Field(default_factory=dict)
    mirror: str | None = None
    sources: dict[str, Source]
    datasets: dict[str, Dataset]
    experiments: dict[str, Experiment]
    studies: dict[str, Study]
    papers: dict[str, Paper]

    @property
    def results(self) -> dict[str, Result]:
        """The results of all papers, such as gan-table1."""
        return {f"{p}-{name}": one for p, block in self.papers.items() for name, one in block.results.items()}

    @property
    def claims(self) -> dict[str, Claim]:
        """The claims of all papers, such as gan-C1."""
        return {f"{p}-{name}": one for p, block in self.papers.items() for name, one in block.claims.items()}

    @model_validator(mode="after")
    def _results_know_their_place(self) -> Params:
        for paper, block in self.papers.items():
            for entries in (block.results, block.claims):
                for name, entry in entries.items():
                    entry.of(paper, name)
        return self

    @model_validator(mode="after")
    def _references_hold(self) -> Params:
        problems = [*self._bad_names(), *self._bad_datasets(), *self._bad_experiments()]
        problems += [
            *self._bad_studies(),
            *self._bad_results(),
            *self._bad_claims(),
            *self._idle_papers(),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _bad_names(self) -> Iterator[str]:
        for section in ("papers", "sources", "datasets", "experiments", "studies"):
            for name in getattr(self, section):
                if not is_name(name):
                    yield _bad_name(section, name)
        for paper, block in self.papers.items():
            for section in Paper.model_fields:
                for name in getattr(block, section):
                    if not is_name(name):
                        yield _bad_name(f"papers.{paper}.{section}", name)

    def _bad_datasets(self) -> Iterator[str]:
        for name, dataset in self.datasets.items():
            path = f"datasets.{name}"
            source = self.sources.get(dataset.source)
            if source is None:
                yield _unknown(f"{path}.source", dataset.source, self.sources)
            elif source.kind != dataset.prepare.source:
                yield (
                    f"{path}.source: '{dataset.prepare.kind}' is prepared from a source of kind "
                    f"'{dataset.prepare.source}', but '{dataset.source}' is of kind '{source.kind}'."
                )
            sizes = self._sizes(dataset)
            if sizes and sizes.train < 1:
                yield f"{path}.prepare: of {sum(sizes):,} examples none is left for training: hold fewer out."
            if len(dataset.prepare.shape) == 1 and dataset.extractor.kind != "coordinates":
                yield f"{path}.extractor: points take kind 'coordinates', not '{dataset.extractor.kind}'."

    def _bad_experiments(self) -> Iterator[str]:
        for name, experiment in self.experiments.items():
            path = f"experiments.{name}"
            if experiment.paper not in self.papers:
                yield _unknown(f"{path}.paper", experiment.paper, self.papers)
            dataset = self.datasets.get(experiment.dataset)
            if dataset is None:
                yield _unknown(f"{path}.dataset", experiment.dataset, self.datasets)
                continue
            yield from (f"{path}.{problem}" for problem in misfits(experiment, dataset, self._sizes(dataset)))
            yield from self._bad_concepts(path, experiment)
            tempering, prior = experiment.train.tempering, experiment.train.prior
            size = _size(dataset.prepare.shape)
            if isinstance(tempering, Anneal) and tempering.full_support and prior.dim < size:
                yield (
                    f"{path}.train.prior.dim: {prior.dim} is smaller than the {size} dimensions of "
                    f"'{experiment.dataset}', but tempering 'anneal' starts from the uniform law on all "
                    f"of them; raise it to {size}, or set tempering.full_support: false to study that."
                )

    def _bad_concepts(self, path: str, experiment: Experiment) -> Iterator[str]:
        """Concepts are classes of named factors, which the data set's own classifier must know."""
        concepts = experiment.sample.concepts
        if concepts is None:
            return
        dataset = self.datasets[experiment.dataset]
        if dataset.extractor.kind != "classifier":
            yield (
                f"{path}.sample.concepts: exemplars are picked by a classifier, but the extractor of "
                f"'{experiment.dataset}' is '{dataset.extractor.kind}': use kind 'classifier'."
            )
        for name in sorted(concepts.factors - set(factors(dataset.prepare))):
            yield _unknown(f"{path}.sample.concepts", name, factors(dataset.prepare))

    def _bad_studies(self) -> Iterator[str]:
        """What a study leaves lies beside its paper's experiments, under its own name."""
        for name, study in self.studies.items():
            path = f"studies.{name}"
            if study.paper not in self.papers:
                yield _unknown(f"{path}.paper", study.paper, self.papers)
            if name in self.experiments:
                yield f"{path}: an experiment has this name already; give the study another."

    def _bad_results(self) -> Iterator[str]:
        for result in self.results.values():
            for role, name in result.uses.items():
                yield from self._not_of(result, f"uses.{role}", name, self.experiments, "experiment")
            for role, name in result.studies.items():
                yield from self._not_of(result, f"studies.{role}", name, self.studies, "study")

    def _not_of(
        self, result: Result, key: str, name: str, section: Mapping[str, Any], what: str
    ) -> Iterator[str]:
        """What a result is drawn from belongs to its paper."""
        if name not in section:
            yield _unknown(f"{result.path}.{key}", name, section)
        elif (owner := section[name].paper) != result.paper:
            yield f"{result.path}.{key}: {what} '{name}' belongs to paper '{owner}', not '{result.paper}'."

    def _bad_claims(self) -> Iterator[str]:
        for claim in self.claims.values():
            for role in claim.uses:
                path, used = f"{claim.path}.uses.{role}", claim.experiments(role)
                if not used:
                    yield f"{path}: name at least one experiment."
                yield from (
                    _unknown(path, one, self.experiments) for one in used if one not in self.experiments
                )
            for role, study in claim.studies.items():
                if study not in self.studies:
                    yield _unknown(f"{claim.path}.studies.{role}", study, self.studies)

    def _idle_papers(self) -> Iterator[str]:
        active = {experiment.paper for experiment in self.experiments.values()}
        for name in self.papers:
            if name not in active:
                yield f"papers.{name}: no experiment belongs to it; add one or remove the paper."

    def _sizes(self, dataset: Dataset) -> Sizes | None:
        """Sizes of a data set's splits; None where its files may be others than those that were released."""
        return split_sizes(dataset.prepare, self.sources.get(dataset.source))

    def doubts(self, experiments: Iterable[str]) -> list[str]:
        """What is legal and hardly meant in some experiments, a sentence each with the key's path."""
        return [
            f"experiments.{name}.{doubt}"
            for name, experiment in ((name, self.experiments[name]) for name in experiments)
            for dataset in (self.datasets[experiment.dataset],)
            for doubt in doubts(experiment, dataset, self._sizes(dataset))
        ]

    def runs(self) -> Iterator[tuple[str, Experiment, int]]:
        """Every (experiment name, experiment, seed)."""
        for name, experiment in self.experiments.items():
            for seed in experiment.seeds:
                yield name, experiment, seed


def load(path: Path = PARAMS) -> Params:
    """Read and check params.yaml.

    Raises PipelineError with one line per problem: the key's path, what is wrong, the nearest valid name.
    """
    return check(read(path), path)


def read(path: Path = PARAMS) -> dict[str, Any]:
    """The file's plain values. Raises PipelineError with the line and column of what is wrong."""
    try:
        content = document.read(path)
    except FileNotFoundError:
        raise PipelineError(
            f"{path} is not in {Path.cwd()}: run this in a suite's folder, one with a params.yaml."
        ) from None
    if not isinstance(content, dict):
        what = {type(None): "empty", list: "a list"}.get(type(content), "a single value")
        raise PipelineError(
            f"{path}, line 1, column 1: the file is {what}, but must be a mapping with the keys "
            f"{', '.join(Params.model_fields)}."
        )
    return content


def check(content: Mapping[str, Any], path: Path = PARAMS) -> Params:
    """Validate plain values. Raises PipelineError as `load` does."""
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        problems = [_sentence(dict(problem)) for problem in error.errors()]
        raise PipelineError(f"{path} is not valid:\n  " + "\n  ".join(problems)) from None


def choose(section: Mapping[str, Any], name: str, what: str) -> Any:
    """Look a name up in a section. Raises PipelineError with the nearest valid name."""
    if name not in section:
        raise PipelineError(f"There is no {what} '{name}' in params.yaml: {nearest(name, section)}")
    return section[name]


def plain(block: BaseModel) -> dict[str, Any]:
    """A block as plain values, defaults included."""
    return block.model_dump(mode="json")


def fingerprint(value: Any) -> str:
    """A sha256 of plain values that does not depend on the order of keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for side in shape:
        size *= side
    return size


def _bad_name(section: str, name: str) -> str:
    shown = name if name.isprintable() else repr(name)
    return (
        f"{section}.{shown}: names are made of letters, digits, '_' and '-', and do not begin with '-': "
        "choose such a name."
    )


def _unknown(path: str, word: str, valid: Mapping[str, Any]) -> str:
    return f"{path}: there is no '{word}'; {nearest(word, valid)}"


def _sentence(problem: dict[str, Any]) -> str:
    """One pydantic problem as 'path: what is wrong; what is valid'."""
    location, models = _walk(problem["loc"])
    where = ".".join(str(part) for part in location)
    if problem["type"] == "extra_forbidden":
        valid = {name for model in models for name in model.model_fields}
        return f"{where}: unknown key; {nearest(str(location[-1]), valid)}"
    if problem["type"] == "union_tag_invalid":
        context = problem["ctx"]
        kinds = re.findall(r"'([^']+)'", context["expected_tags"])
        return f"{where}.kind: there is no '{context['tag']}'; {nearest(context['tag'], kinds)}"
    if problem["type"] == "value_error":
        text = str(problem["ctx"]["error"]).replace("\n", "\n  ")
        return f"{where}: {text}." if where else text
    given = "" if problem["type"] == "missing" else f", not {problem['input']!r}"
    message = problem["msg"][0].lower() + problem["msg"][1:]
    return f"{where}: {message}{given}."


def _walk(location: tuple[int | str, ...]) -> tuple[list[int | str], list[type[BaseModel]]]:
    """Follow a pydantic location through the schema: the path as the file has it (without the tags
    of unions), and the models that its last key may belong to."""
    path: list[int | str] = []
    here: list[Any] = [Params]
    owners: list[type[BaseModel]] = []
    for part in location:
        models = [kind for kind in here if isinstance(kind, type) and issubclass(kind, BaseModel)]
        tagged = [
            m
            for m in models
            if "kind" in m.model_fields and part in get_args(m.model_fields["kind"].annotation)
        ]
        if tagged and not any(part in m.model_fields for m in models):
            here = tagged
            continue
        path.append(part)
        owners = models
        here = [
            inner
            for model in models
            if part in model.model_fields
            for inner in _alternatives(model.model_fields[str(part)].annotation)
        ] or [inner for kind in here for inner in _alternatives(kind)]
    return path, owners


def _alternatives(annotation: Any) -> list[Any]:
    """The types that an annotation may hold, containers and unions opened."""
    arguments = get_args(annotation)
    if not arguments:
        return [annotation]
    return [inner for argument in arguments for inner in _alternatives(argument)]
