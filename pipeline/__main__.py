"""python -m pipeline STAGE …"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Iterator, Sequence

from pipeline.base import arithmetic
from pipeline.base.errors import PipelineError
from pipeline.base.journal import recorded
from pipeline.base.suite_lock import end_with_engine, share_suite, started_by_engine
from pipeline.base.system import refusal

STAGES = {
    "needs": "work out what every job rests on besides files",
    "download": "fetch a source's raw files and verify their hashes",
    "prepare": "turn raw files into arrays with labels and splits",
    "extractor": "train or fetch a data set's feature network",
    "train": "train an experiment, one seed or all",
    "sample": "draw samples from every snapshot of an experiment",
    "evaluate": "measure every snapshot of an experiment",
    "study": "train or compute something small on a known law",
    "render": "draw one figure or table",
    "claims": "put every claim of the papers to its test",
    "report": "write reports/summary.md and reports/metrics.json",
    "lock": "record what Snakemake made in dvc.lock",
    "show": "print an experiment with where each of its values comes from",
    "why": "say why a job would run again",
    "bench": "compare the trainer's speed with a plain eager loop",
    "verify": "compare what lies in reports/ with what is committed",
    "bits": "hash every kind of arithmetic, to compare machines",
    "estimate": "say what a suite would cost: steps, samples, disk and hours",
}
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
# These only look and measure: they leave nothing in the folder they are called in.
ONLOOKERS = {"bench", "bits", "estimate", "show", "verify", "why"}
# Its suite is named by an option, so it sees to its own arithmetic.
ELSEWHERE = {"estimate", "verify"}


def main(arguments: list[str] | None = None) -> int:
    """Run one stage. Bad input prints one sentence and gives exit status 1."""
    end_with_engine()
    words = _named(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m pipeline", description="Run one stage of the pipeline.")
    commands = parser.add_subparsers(dest="stage", required=True, metavar="STAGE")
    chosen = None
    try:
        if not ELSEWHERE & set(words[:1]):
            arithmetic.hold(arithmetic.wanted())
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name, text in STAGES.items():
        command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if name in words[:1]:
            chosen = importlib.import_module(f"pipeline.stages.{name}")
            chosen.add_arguments(command)
    options = parser.parse_args(words)
    assert chosen is not None
    try:
        with contextlib.nullcontext() if options.stage in ONLOOKERS else _at_work(words):
            chosen.run(options)
        sys.stdout.flush()
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # what is printed goes to a reader that has read enough, such as head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, MemoryError, RuntimeError) as error:
        if (sentence := refusal(error)) is None:
            raise
        print(f"error: {sentence}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


def _named(words: Sequence[str]) -> list[str]:
    """The words with `train@NAME`, as DVC tells a stage its own name in $DVC_STAGE, as NAME.

    A command in dvc.yaml that says "$DVC_STAGE" has no name in its text for a shell to read.
    """
    if len(words) < 2:
        return list(words)
    stage, subject, *rest = words
    before, at, name = subject.partition(f"{stage}@")
    return [stage, name if at and (not before or before.endswith(":")) else subject, *rest]


@contextlib.contextmanager
def _at_work(words: Sequence[str]) -> Iterator[None]:
    """Leave a line in the suite's journal, check params.yaml unless an engine did at its start, and share the
    suite with the other stages."""
    with recorded(words):
        if not started_by_engine():
            from pipeline.graph.checks import load_checked

            load_checked()
        with share_suite():
            yield


if __name__ == "__main__":
    sys.exit(main())
