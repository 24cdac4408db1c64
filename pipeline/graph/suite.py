"""A suite as the Snakefile needs it: files for a job's wildcards."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.suite_lock import hold_suite, if_idle
from pipeline.graph import checks
from pipeline.graph.needs import Book
from pipeline.graph.steps import Step, Steps
from pipeline.papers.table import table

SECTIONS = {
    "source": "sources",
    "dataset": "datasets",
    "experiment": "experiments",
    "study": "studies",
    "result": "results",
    "paper": "papers",
}
# Snakemake makes the folder of --directory some seconds before it reads the Snakefile.
JUST_NOW = 60.0


def open_suite(config: dict[str, Any], overwritten: Mapping[str, Any], writes: bool) -> Graph:
    """The suite in the working directory, checked; with what its jobs rest on written down if `writes`,
    unless somebody is at work on it, who goes by what stands there.

    Bad input ends Snakemake with a sentence.
    """
    with _told():
        try:
            graph = Graph(config, overwritten)
        except PipelineError:
            if not paths.PARAMS.exists():
                _unmake(Path.cwd())
            raise
        if writes:
            with if_idle() as idle:
                if idle:
                    Book(graph.suite).write()
        return graph


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
        """Name and block of what the wildcards name: a source, a data set, an experiment and so on."""
        name = f"{wildcards.paper}-{wildcards.result}" if subject == "result" else wildcards[subject]
        with _told():
            return name, params.choose(getattr(self.suite, SECTIONS[subject]), name, subject)

    def data(self, wildcards: Any) -> list[Path]:
        """Input: the prepared data set that an experiment trains on."""
        return paths.processed_files(self.block(wildcards, "experiment")[1].dataset)

    def extractor(self, wildcards: Any) -> Path:
        """Input: the feature network that an experiment is measured with."""
        return paths.extractor(self.block(wildcards, "experiment")[1].dataset)

    def picker(self, wildcards: Any) -> list[Path]:
        """Input: the classifier that picks latents, for the experiments whose samples need it."""
        block = self.block(wildcards, "experiment")[1]
        return [] if block.sample.concepts is None else [paths.extractor(block.dataset)]

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
        block = self.block(wildcards, "result")[1]
        return [*self._evidence(set(block.uses.values())), *self._studied(block.studies.values())]

    def evidence_of_all(self, wildcards: Any) -> list[Path]:
        """Input: what all experiments and studies left, which the claims may read."""
        return [*self._evidence(self.suite.experiments), *self._studied(self.suite.studies)]

    def measured(self, wildcards: Any) -> list[Path]:
        """Input: the metrics of every experiment and of every feature network."""
        experiments = self.suite.experiments.items()
        return [
            *(paths.metrics(block.paper, name) for name, block in experiments),
            *(paths.extractor_metrics(name) for name in self.suite.datasets),
        ]

    def rendered(self, wildcards: Any) -> list[Path]:
        """Input: what tells of every result what it was drawn from."""
        return [step.receipt for step in map(Steps(self.suite).render, self.suite.results)]

    def everything(self, wildcards: Any) -> list[Path]:
        """Input: what every step makes, so that `all` makes what `dvc repro` makes, and what a killed job
        took away although nothing else asks for it."""
        outputs = (file for step in Steps(self.suite).all() for file in self._made(step))
        return list(dict.fromkeys(outputs))

    def threads(self, wildcards: Any) -> int:
        return int(self.block(wildcards, "experiment")[1].train.threads)

    def names(self, section: str) -> str:
        """A wildcard's constraint: one of the names in a section, of which there may be none."""
        return "|".join(sorted(self.content[section])) or "(?!)"

    def title(self, wildcards: Any) -> str:
        """A paper's title: the category of its figures in Snakemake's report."""
        return table(wildcards.paper).title

    def cited(self, wildcards: Any) -> str:
        """A paper's title, authors and year."""
        about = table(wildcards.paper)
        return f"{about.title} ({about.authors}, {about.year})"

    def label(self, wildcards: Any) -> dict[str, str]:
        """What Snakemake's report lists a result under."""
        return {"result": wildcards.result}

    def uses(self, wildcards: Any) -> str:
        """The experiments and studies of a result in words."""
        block = self.block(wildcards, "result")[1]
        return ", ".join(sorted({*block.uses.values(), *block.studies.values()})) or "no experiment"

    def _trained(self, place: Callable[[str, str, int], Path], wildcards: Any) -> list[Path]:
        """A file of every seed, or the folder of them all where one job makes it."""
        name, block = self.block(wildcards, "experiment")
        if self.job_per_run:
            return [place(block.paper, name, seed) for seed in block.seeds]
        return [paths.checkpoints(block.paper, name)]

    def _made(self, step: Step) -> Sequence[Path]:
        """The outputs of a step, or their folder where it is one output of a job."""
        whole = step.stage == "sample" or (step.stage == "train" and not self.job_per_run)
        return [step.outputs[0].parent] if whole else step.outputs

    def _evidence(self, names: Iterable[str]) -> list[Path]:
        experiments = self.suite.experiments
        return [
            file for name in sorted(names) for file in paths.evidence_files(experiments[name].paper, name)
        ]

    def _studied(self, names: Iterable[str]) -> list[Path]:
        return [paths.evidence(self.suite.studies[name].paper, name) for name in sorted(set(names))]


def gpus() -> int:
    """GPUs that a job asks for: one if this machine has any. Found out without importing torch."""
    if os.environ.get("TEMPERA_DEVICE", "cuda").startswith("cuda"):
        return int(any(Path("/dev").glob("nvidia[0-9]*")))
    return 0
