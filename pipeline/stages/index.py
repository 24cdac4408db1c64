"""index PAPER: for every result of a paper, the hashes of the evidence it rests on.

DVC cannot loop over a list of dependencies, so `render` depends on its own entry of this file and
runs again exactly when that evidence changed.
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path

from pipeline import params, paths
from pipeline.errors import PipelineError
from pipeline.files import exclusive, sha256, write_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paper", metavar="PAPER", help="a key under papers: in params.yaml")


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    params.choose(suite.papers, options.paper, "paper")
    hashes = cache(_hashes)
    with exclusive(paths.LOCKS / f"index-{options.paper}.lock", f"the index of '{options.paper}'"):
        write_json(
            paths.index(options.paper),
            {
                key: {
                    **{name: hashes(options.paper, name) for name in block.uses.values()},
                    **{name: _study(options.paper, name) for name in block.studies.values()},
                }
                for key, block in suite.results.items()
                if block.paper == options.paper
            },
        )


def _hashes(paper: str, experiment: str) -> dict[str, str]:
    """Kind of evidence (metrics, curves, training, evidence) → sha256 of the experiment's file."""
    return {
        path.parts[1]: _hash(path, f"evaluate {experiment}")
        for path in paths.evidence_files(paper, experiment)
    }


def _study(paper: str, study: str) -> dict[str, str]:
    """The same of a study, which leaves one file."""
    return {"evidence": _hash(paths.evidence(paper, study), f"study {study}")}


def _hash(path: Path, maker: str) -> str:
    try:
        return sha256(path)
    except FileNotFoundError:
        raise PipelineError(f"{path} is missing: run `python -m pipeline {maker}` first.") from None
