"""lock: record what Snakemake made in dvc.lock, if it is sure to be what params.yaml says.

`dvc commit -f` writes down whatever lies in the folder beside whatever params.yaml says now. So every
file must be the output of a job that Snakemake remembers, has no reason to run again, and still has.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline import paths
from pipeline.errors import PipelineError
from pipeline.files import exclusive, write_bytes
from pipeline.jobs import graph_of_jobs
from pipeline.turns import is_held

SHOWN = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> None:
    del options
    with exclusive(paths.LOCKS / "lock.lock", "dvc.lock"):
        refuse_unless_current()
        commit()
    print(paths.LOCK)


def refuse_unless_current() -> None:
    """Raises PipelineError while any output is of unknown origin, out of date or of no job."""
    with graph_of_jobs("lock") as dag:
        jobs = [job for job in dag.jobs if job.rule.name != "lock"]
        remembered = dag.workflow.persistence.has_metadata
        unknown = [job for job in jobs if _exists(job) and not remembered(job)]
        stale = [job for job in jobs if dag.needrun(job)]
        outputs = {Path(file) for job in jobs for file in job.output}
    if unknown:
        raise PipelineError(
            f"dvc.lock was not written: Snakemake does not know what made the output of "
            f"{_some(map(_name, unknown))}; DVC, or a checkout, put it there. If `dvc status` has nothing to "
            "report, run `snakemake --touch --forceall --cores 1`, otherwise `snakemake --forceall "
            "--cores all`; then lock again."
        )
    if stale:
        raise PipelineError(
            f"dvc.lock was not written: {_some(map(_name, stale))} would run again, so the files are not "
            "what params.yaml and the code say. Run `snakemake --cores all lock`."
        )
    if strays := sorted(_strays(outputs)):
        raise PipelineError(
            f"dvc.lock was not written: {_some(map(str, strays))} would be recorded, but no job makes it "
            "any more (an experiment or seed that was removed?). Delete it, and lock again."
        )


def commit() -> None:
    """Write dvc.lock anew from what is in the folder; on failure the old one stays."""
    from dvc.exceptions import DvcException
    from dvc.lock import LockNoop
    from dvc.repo import Repo

    before = paths.LOCK.read_bytes() if paths.LOCK.exists() else None
    # A lock that is updated would keep the stages of experiments that are gone.
    paths.LOCK.unlink(missing_ok=True)
    try:
        with Repo() as repo:
            if is_held():
                repo.lock = LockNoop()
            repo.commit("dvc.yaml", force=True, relink=False)
    except BaseException as error:
        if before is not None:
            write_bytes(paths.LOCK, before)
        if isinstance(error, DvcException):
            raise PipelineError(f"DVC could not write dvc.lock: {error}") from None
        raise


def _strays(outputs: set[Path]) -> Iterable[Path]:
    """Files in folders that dvc.lock records as a whole, though no job has them as output."""
    from dvc.repo import Repo

    here = Path.cwd()
    with Repo() as repo:
        stages = [stage for stage in repo.index.stages if Path(stage.wdir) == here]
        recorded = {Path(one.fs_path) for stage in stages for one in (*stage.deps, *stage.outs)}
        folders = {place.relative_to(here) for place in recorded if place.is_dir()}
        checked = [
            place for place in folders if place.parts[0] in ("data", "reports") and place not in outputs
        ]
        for place in checked:
            if not place.is_relative_to(paths.RAW):
                files = (file for file in place.rglob("*") if file.is_file())
                yield from (file for file in files if file not in outputs and not _ignored(repo, file))


def _ignored(repo: Any, file: Path) -> bool:
    return bool(repo.dvcignore.is_ignored_file(str(file.resolve())))


def _exists(job: Any) -> bool:
    return all(Path(file).exists() for file in job.output)


def _name(job: Any) -> str:
    wildcards = " ".join(job.wildcards)
    return f"{job.rule.name} {wildcards}".strip()


def _some(names: Iterable[str]) -> str:
    """A few names, and how many more there are."""
    listed = list(dict.fromkeys(names))
    rest = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + rest
