"""The frame of every stage's work: alone, on checked files, with a receipt at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import paths
from pipeline.files import exclusive, remove_partials
from pipeline.graph.needs import Book, Needs
from pipeline.graph.receipts import Checker, Receipt
from pipeline.graph.steps import Step, Steps
from pipeline.params import Params, fingerprint
from pipeline.provenance import platform


@dataclass(frozen=True)
class Job:
    """A step at work. inputs: path → sha256 of what it reads."""

    step: Step
    needs: Needs
    inputs: dict[str, str]

    @property
    def identity(self) -> str:
        """A hash of all that decides what the step makes."""
        return fingerprint({"step": self.step.name, "needs": self.needs.plain(), "inputs": self.inputs})

    @property
    def data(self) -> str:
        """A hash of the arrays among what it reads: data, labels, splits."""
        return fingerprint({path: digest for path, digest in self.inputs.items() if path.endswith(".npy")})


class Worker:
    """Frames the work of one stage on a suite. Also keeps the stage's needs as both engines read them."""

    def __init__(self, suite: Params) -> None:
        self.steps = Steps(suite)
        self.book = Book(suite)
        self.checker = Checker(self.book)

    @contextlib.contextmanager
    def job(self, step: Step) -> Iterator[Job]:
        """Work on a step: hold its lock, check what it reads, and leave a receipt if all went well.

        Raises PipelineError when another process works on it, or an input is not what its maker left.
        """
        with exclusive(paths.LOCKS / f"{step.name.replace(' ', '-')}.lock", f"'{step.name}'"):
            job = Job(step, self.book.write_of(step.stage, step.key), self.checker.inputs(step))
            remove_partials([*step.outputs, step.receipt])
            yield job
            outputs = {str(path): self.checker.hash(path) for path in step.outputs}
            Receipt(step.name, job.needs.plain(), job.inputs, outputs, platform()).write(step.receipt)
        self.book.code.reader.keep()
