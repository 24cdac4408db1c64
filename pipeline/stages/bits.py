"""bits: print a hash of every kind of arithmetic, to be compared between machines."""

from __future__ import annotations

import argparse
import fnmatch

import torch

# As every stage that computes: products are taken over as this is imported
import pipeline.base.device  # noqa: F401
from pipeline.base import arithmetic
from pipeline.base.bits import PARTS, digest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", default="*", metavar="PATTERN", help="parts whose names match, such as 'numpy*'"
    )


def run(options: argparse.Namespace) -> None:
    """Print a line for every part: its hash, its name."""
    torch.set_num_threads(1)
    print(
        f"# arithmetic {'portable' if arithmetic.held() else 'native'}, processor {arithmetic.processor()[0]}"
    )
    for name, work in PARTS.items():
        if fnmatch.fnmatch(name, options.only):
            print(f"{digest(work())}  {name}", flush=True)
