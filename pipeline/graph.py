"""A suite as the Snakefile needs it: files, values and code for a job's wildcards."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline import checks, params, paths
from pipeline.errors import PipelineError
from pipeline.needs import STAGES
from pipeline.turns import hold_suite

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = {
    "source": "sources",
    "dataset": "datasets",
    "experiment": "experiments",
    "result": "results",
    "paper": "papers",
}
# Snakemake makes the folder of --directory some seconds before it reads the Snakefile.
JUST_NOW = 60.0

Input = Callable[[Any], Any]


def open_suite(config: dict[str, Any], overwritten: Mapping[str, Any]) -> Graph:
    """The suite in the working directory, checked. Bad input ends Snakemake with a sentence."""
    with _told():
        try:
            return Graph(config, overwritten)
        except PipelineError:
            if not paths.PARAMS.exists():
                _unmake(Path.cwd())
            raise


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """End Snakemake with a sentence: under every exception but SystemExit it prints a traceback."""
    try:
        yield
    except PipelineError as error:
        raise SystemExit(f"error: {error}") from None


def _unmake(folder: Path) -> None:
    """Remove the folders that Snakemake has just made of a wrong name for a suite: new and empty ones."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    parser.add_argument("--directory", "-d", type=Path)
    asked = parser.parse_known_args()[0].directory
    if asked is None:
        return
    with contextlib.suppress(OSError):
        for _ in [asked] if asked.is_absolute() else asked.parts:
            if time.time() - folder.stat().st_ctime > JUST_NOW:
                break
            os.chdir(folder.parent)
            folder.rmdir()
            folder = folder.parent


class Graph:
    """The suite in the working directory."""

    def __init__(self, config: dict[str, Any], overwritten: Mapping[str, Any]) -> None:
        """Check params.yaml, and put its values as every stage reads them in place of Snakemake's reading.

        Raises PipelineError when the file is not valid, or --config gives a value that it does not have.
        """
        content = params.read()
        for name, value in overwritten.items():
            if content.get(name) != value:
                raise PipelineError(
                    f"--config {name}=… differs from params.yaml, which is all that the stages read: "
                    "edit the file instead."
                )
        self.suite = params.check(content)
        self.content = content
        checks.refuse(self.suite)
        for doubt in self.suite.doubts(self.suite.experiments):
            print(f"warning: {doubt}", file=sys.stderr)
        config.clear()
        config.update(content)

    def hold(self) -> None:
        """Keep DVC out of the suite while this process lives; ends it with a sentence if DVC is at work."""
        with _told():
            self._held = hold_suite()

    def block(self, wildcards: Any, subject: str) -> tuple[str, Any]:
        """Name and block of the source, dataset, experiment, result or paper that the wildcards name."""
        name = f"{wildcards.paper}-{wildcards.result}" if subject == "result" else wildcards[subject]
        with _told():
            return name, params.choose(getattr(self.suite, SECTIONS[subject]), name, subject)

    def code(self, stage: str) -> Input:
        """Input: the files of code that a job of this stage runs."""
        return lambda wildcards: code_files(stage, self._subject(stage, wildcards)[1])

    def values(self, stage: str) -> Input:
        """Param: the values that a job of this stage rests on, as JSON in which the order of keys is lost."""

        def find(wildcards: Any) -> str:
            key, item = self._subject(stage, wildcards)
            wanted = [path.format(key=key, item=item) for path in STAGES[stage].values]
            if stage == "train" and not self.job_per_run:
                wanted.append(f"experiments.{key}.seeds")
            return json.dumps({path: self._value(path) for path in wanted}, sort_keys=True)

        return find

    def data(self, wildcards: Any) -> list[Path]:
        """Input: the prepared data set that an experiment trains on."""
        return paths.processed_files(self.block(wildcards, "experiment")[1].dataset)

    def extractor(self, wildcards: Any) -> list[Path]:
        """Input: the feature network that an experiment is measured with, and what is known of it."""
        name = self.block(wildcards, "experiment")[1].dataset
        return [paths.extractor(name), paths.extractor_metrics(name)]

    @property
    def job_per_run(self) -> bool:
        """Whether each seed is trained by a job of its own."""
        return self.suite.suite.training_job == "run"

    def checkpoints(self, wildcards: Any) -> list[Path]:
        """Input: the snapshots of all seeds of an experiment."""
        return self._trained(paths.checkpoint, wildcards)

    def training_logs(self, wildcards: Any) -> list[Path]:
        """Input: the training logs of all seeds of an experiment."""
        return self._trained(paths.training_log, wildcards)

    def raw(self, wildcards: Any) -> Path:
        """Input: the manifest of the source that a data set is prepared from."""
        return paths.manifest(self.block(wildcards, "dataset")[1].source)

    def evidence_of_result(self, wildcards: Any) -> list[Path]:
        """Input: what a result is drawn from."""
        return self._evidence(set(self.block(wildcards, "result")[1].uses.values()))

    def evidence_of_paper(self, wildcards: Any) -> list[Path]:
        """Input: what all experiments of a paper left to be drawn."""
        experiments = self.suite.experiments.items()
        return self._evidence(name for name, block in experiments if block.paper == wildcards.paper)

    def evidence_of_all(self, wildcards: Any) -> list[Path]:
        """Input: what all experiments left, which the claims may read."""
        return self._evidence(self.suite.experiments)

    def measured(self, wildcards: Any) -> list[Path]:
        """Input: the metrics of every experiment and of every feature network."""
        experiments = self.suite.experiments.items()
        return [
            *(paths.metrics(block.paper, name) for name, block in experiments),
            *(paths.extractor_metrics(name) for name in self.suite.datasets),
        ]

    def drawn(self, wildcards: Any) -> list[Path]:
        """Input: every file of every result."""
        results = self.suite.results.values()
        return [file for one in results for file in paths.result_files(one.kind, one.paper, one.id)]

    def everything(self, wildcards: Any) -> list[Path]:
        """Input: outputs of every stage of dvc.yaml, so that `all` makes what `dvc repro` makes."""
        return [
            *(paths.manifest(name) for name in self.suite.sources),
            *(paths.extractor(name) for name in self.suite.datasets),
            *(paths.index(name) for name in self.suite.papers),
            *self.drawn(wildcards),
            paths.CLAIMS,
            paths.CLAIMS_METRICS,
            paths.METRICS_SUMMARY,
            paths.SUMMARY,
        ]

    def threads(self, wildcards: Any) -> int:
        return int(self.block(wildcards, "experiment")[1].train.threads)

    def names(self, section: str) -> str:
        """A wildcard's constraint: one of the names in a section."""
        return "|".join(sorted(self.content[section]))

    def title(self, wildcards: Any) -> str:
        """A paper's title: the category of its figures in Snakemake's report."""
        return str(self.suite.papers[wildcards.paper].title)

    def label(self, wildcards: Any) -> dict[str, str]:
        """What Snakemake's report lists a result under."""
        return {"result": wildcards.result}

    def uses(self, wildcards: Any) -> str:
        """The experiments of a result in words."""
        return ", ".join(sorted(set(self.block(wildcards, "result")[1].uses.values()))) or "no experiment"

    def _trained(self, place: Callable[[str, str, int], Path], wildcards: Any) -> list[Path]:
        """A file of every seed, or the folder of them all where one job makes it."""
        name, block = self.block(wildcards, "experiment")
        if self.job_per_run:
            return [place(block.paper, name, seed) for seed in block.seeds]
        return [paths.checkpoints(block.paper, name)]

    def _evidence(self, names: Iterable[str]) -> list[Path]:
        experiments = self.suite.experiments
        return [
            file for name in sorted(names) for file in paths.evidence_files(experiments[name].paper, name)
        ]

    def _subject(self, stage: str, wildcards: Any) -> tuple[str, Any]:
        subject = STAGES[stage].subject
        return self.block(wildcards, subject) if subject else ("", None)

    def _value(self, path: str) -> Any:
        value: Any = self.content
        for part in path.split("."):
            value = value[part]
        return value


def code_files(stage: str, item: Any) -> list[str]:
    """The files of code that a stage runs for a block, relative to a suite's folder."""
    entries = (entry.format(item=item) for entry in STAGES[stage].code)
    return sorted({file for entry in entries for file in _files(entry)})


def gpus() -> int:
    """GPUs that a job asks for: one if this machine has any. Found out without importing torch."""
    if os.environ.get("TEMPERA_DEVICE", "cuda").startswith("cuda"):
        return int(any(Path("/dev").glob("nvidia[0-9]*")))
    return 0


def _files(entry: str) -> Iterable[str]:
    place = ROOT / entry
    if place.is_dir():
        return (str(file.relative_to(ROOT)) for file in place.rglob("*.py"))
    return (entry,)
