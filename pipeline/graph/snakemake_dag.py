"""Snakemake's jobs, through its Python interface: which there are, and why each would run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SNAKEFILE = Path(__file__).resolve().parents[2] / "Snakefile"


@contextlib.contextmanager
def graph_of_jobs(*targets: str, forceall: bool = False) -> Iterator[Any]:
    """Snakemake's DAG for the suite in the working directory; nothing runs.

    `dag.jobs`, `dag.needrun_jobs()` and `dag.reason(job)` are what it is read with. Snakemake offers no
    public way to them, which is why its version is pinned.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.enums import Quietness
    from snakemake.settings.types import DAGSettings, OutputSettings, ResourceSettings

    settings = DAGSettings(targets=set(targets), forceall=forceall, max_checksum_file_size=10**9)
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL}, enable_file_logging=False)) as api:
        found = api.workflow(resource_settings=ResourceSettings(cores=1), snakefile=SNAKEFILE)
        workflow = found.dag(settings).workflow_api._workflow
        workflow._prepare_dag(forceall=forceall, ignore_incomplete=True, lock_warn_only=True, nolock=True)
        workflow._build_dag()
        yield workflow.dag
