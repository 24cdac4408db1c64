"""Every stage of a suite in a few worker processes.

A Python that has imported torch serves many jobs, which saves the minutes that hundreds of starts take;
that both engines run these stages in this order, and make the same files, the smoke suite shows.
"""

from __future__ import annotations

import contextlib
import functools
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pipeline import params
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.params import Params

WORKERS = 2
# Weights, gradients and moments: of jobs that need more, one runs at a time.
LARGE = 1_500_000_000
TAIL = 2000


@dataclass(frozen=True)
class Job:
    """Stages that run one after another in one process, and whether they take much memory."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    large: bool = False


def phases(suite: Params, memory: Callable[[str], int]) -> Iterator[tuple[str, list[Job]]]:
    """Jobs in the graph's order; those of one phase do not depend on each other.

    memory: bytes that training an experiment needs. The largest come first, so that none is left for the end.
    """
    yield "download", [Job(name, (("download", name),)) for name in suite.sources]
    yield "prepare", [Job(name, (("prepare", name),)) for name in suite.datasets]
    yield "extractor", [Job(name, (("extractor", name),)) for name in suite.datasets]
    runs = sorted(suite.experiments, key=memory, reverse=True)
    yield (
        "train, sample, evaluate",
        [
            Job(name, tuple((stage, name) for stage in ("train", "sample", "evaluate")), memory(name) > LARGE)
            for name in runs
        ],
    )
    yield "study", [Job(name, (("study", name),)) for name in suite.studies]
    yield "render", [Job(name, (("render", name),)) for name in suite.results]
    yield "claims", [Job("claims", (("claims",),))]
    yield "report", [Job("report", (("report",),))]


def rehearse(folder: Path, suite: Params, memory: Callable[[str], int], workers: int = WORKERS) -> list[str]:
    """Run all phases in the suite's folder, with a line for every job; the failures of the first phase that
    has any."""
    started = time.monotonic()
    with crew(folder, workers) as pool:
        for title, jobs in phases(suite, memory):
            print(f"\n{title}: {len(jobs)} jobs, after {time.monotonic() - started:.0f} s", flush=True)
            failures = run(pool, jobs, workers)
            if failures:
                return failures
    print(f"\nall done in {time.monotonic() - started:.0f} s", flush=True)
    return []


def crew(folder: Path, workers: int) -> ProcessPoolExecutor:
    """Processes that work in the suite's folder."""
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=settle, initargs=(folder,))


def settle(folder: Path) -> None:
    """In a worker, once: go to the suite, whose params.yaml takes a second to parse and stays as it is."""
    os.chdir(folder)
    params.read = functools.cache(params.read)


def run(pool: ProcessPoolExecutor, jobs: Sequence[Job], workers: int) -> list[str]:
    """Run jobs, at most one large one at a time; what those that failed said."""
    waiting, running, failures = list(jobs), dict[Future[tuple[int, str, float]], Job](), []
    while waiting or running:
        while len(running) < workers and (job := _next(waiting, running.values())):
            waiting.remove(job)
            running[pool.submit(work, job)] = job
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            job = running.pop(future)
            status, said, seconds = future.result()
            print(f"  {seconds:6.1f} s  {job.name}{'  FAILED' if status else ''}", flush=True)
            if status:
                failures.append(f"{job.name}:\n{said[-TAIL:]}")
    return failures


def work(job: Job) -> tuple[int, str, float]:
    """In a worker: exit status of the last stage that ran, all that the stages said, CPU seconds."""
    log = paths.LOGS / "rehearsal" / f"{job.commands[0][0]}-{job.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    started, status = time.process_time(), 0
    with log.open("w") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        for command in job.commands:
            status = status or _status(command)
    return status, log.read_text(), time.process_time() - started


def _status(command: Sequence[str]) -> int:
    """A stage's exit status; 2 after an exception that it did not turn into a sentence."""
    import traceback

    try:
        return main(list(command))
    except Exception:
        traceback.print_exc()
        return 2


def _next(waiting: Sequence[Job], running: Collection[Job]) -> Job | None:
    """The first job that may start beside those that run."""
    busy = any(job.large for job in running)
    return next((job for job in waiting if not (busy and job.large)), None)
