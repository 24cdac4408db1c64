"""The frame of every stage's work: alone, on checked files, with a receipt at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.base import paths
from pipeline.base.files import exclusive, remove_partials
from pipeline.base.provenance import platform
from pipeline.graph.needs import Book, Needs
from pipeline.graph.receipts import Checker, Receipt
from pipeline.graph.steps import Step, Steps
from pipeline.params import Params, fingerprint


@dataclass(frozen=True)
class Job:
    """A step at work. inputs: path → sha256 of what it reads. afterwards: what to do once receipts stand."""

    step: Step
    needs: Needs
    inputs: dict[str, str]
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    @property
    def identity(self) -> str:
        """A hash of all that decides what the step makes."""
        return fingerprint({"step": self.step.name, "needs": self.needs.plain(), "inputs": self.inputs})

    @property
    def data(self) -> str:
        """A hash of the arrays among what it reads: data, labels, splits."""
        return fingerprint({path: digest for path, digest in self.inputs.items() if path.endswith(".npy")})


class Worker:
    """Frames the work of a stage on a suite. Also keeps the stage's needs as both engines read them."""

    def __init__(self, suite: Params) -> None:
        self.steps = Steps(suite)
        self.book = Book(suite)
        self.checker = Checker(self.book)

    @contextlib.contextmanager
    def job(self, step: Step) -> Iterator[Job]:
        """Work on a step, as `jobs` has it."""
        with self.jobs([step]) as jobs:
            yield jobs[0]

    @contextlib.contextmanager
    def jobs(self, steps: Sequence[Step]) -> Iterator[list[Job]]:
        """Work on steps: hold their locks, check what they read, and leave receipts if all went well.

        Raises PipelineError when another process works on one, or an input is not what its maker left.
        """
        with contextlib.ExitStack() as locks:
            for step in steps:
                lock = paths.LOCKS / f"{step.name.replace(' ', '-')}.lock"
                locks.enter_context(exclusive(lock, f"'{step.name}'"))
            jobs = [self._begun(step) for step in steps]
            yield jobs
            for job in jobs:
                self._leave_receipt(job)
            for job in jobs:
                for finish in job.afterwards:
                    finish()
        self.book.code.reader.keep()

    def _begun(self, step: Step) -> Job:
        remove_partials([*step.outputs, *step.notes, step.receipt])
        return Job(step, self.book.write_of(step.stage, step.key), self.checker.inputs(step))

    def _leave_receipt(self, job: Job) -> None:
        outputs = {str(path): self.checker.hash(path) for path in job.step.outputs}
        receipt = Receipt(job.step.name, job.needs.plain(), job.inputs, outputs, platform())
        receipt.write(job.step.receipt)
