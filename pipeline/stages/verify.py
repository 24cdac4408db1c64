"""verify: what was made anew under reports/ against what is committed.

On the platform of the committed results every bit must be equal. On another, a file that is missing, a mean
over seeds outside the spread and a verdict that flips are defects; anything else that differs is counted.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import io
import json
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.provenance import platform
from pipeline.graph.verification import MEANING, Agreement, Compared, Flip, compare, flips

DEFECTS = {Agreement.MISSING, Agreement.OUTSIDE}
NAMED = {*DEFECTS, Agreement.EXTRA}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--against", default="HEAD", metavar="REV", help="committed state (default HEAD)")
    parser.add_argument("--directory", type=Path, default=Path(), help="the suite's folder (default: here)")
    parser.add_argument(
        "--only", action="append", metavar="PATTERN", help="files that match, such as 'reports/metrics/gan/*'"
    )
    parser.add_argument(
        "--elsewhere", action="store_true", help="this machine's arithmetic is known to give other bits"
    )


def run(options: argparse.Namespace) -> None:
    """Print what agrees. Raises PipelineError where the results do not stand up to the committed ones."""
    if not (options.directory / paths.PARAMS).exists():
        raise PipelineError(
            f"{options.directory.resolve()} holds no suite: name a folder with a params.yaml."
        )
    with contextlib.chdir(options.directory):
        committed, now = at_revision(options.against), in_folder()
        here = platform()
    same = _platform(committed) == _platform(now) == here and not options.elsewhere
    only = options.only or ["*"]
    wanted = [one for one in compare(committed, now) if any(fnmatch.fnmatch(one.path, o) for o in only)]
    if not wanted:
        raise PipelineError(f"No file matches {' or '.join(only)}: patterns look like 'reports/metrics/*'.")
    flipped = _flips(committed, now, wanted)
    print("\n".join(lines(wanted, flipped, same)))
    defects = [one.path for one in wanted if one.agreement in DEFECTS]
    defects += [f"verdict of {flip.claim}" for flip in flipped]
    if same:
        defects = [one.path for one in wanted if one.agreement is not Agreement.EQUAL]
    if defects:
        rule = "must be equal to the bit on the platform that made them" if same else "do not hold here"
        raise PipelineError(f"{len(defects)} of {len(wanted)} results {rule}: {', '.join(defects)}.")


def lines(compared: list[Compared], flipped: list[Flip], same: bool) -> Iterator[str]:
    """The table, the files that deserve to be named, and the verdicts."""
    # It imports NumPy, before which the platform must be known
    from pipeline.figures import table

    kind = "the platform of the committed results" if same else "another platform than the committed results'"
    yield f"This is {kind}.\n"
    counts = Counter((_kind(one.path), one.agreement) for one in compared)
    worst: dict[tuple[str, Agreement], float] = {}
    for one in compared:
        key = _kind(one.path), one.agreement
        worst[key] = max(worst.get(key, 0.0), one.worst)
    yield table.markdown(
        [
            {
                "files": kind,
                "number": str(count),
                "agreement": MEANING[agreement],
                "worst relative difference": f"{worst[kind, agreement]:.1e}"
                if worst[kind, agreement]
                else "",
            }
            for (kind, agreement), count in sorted(counts.items())
        ]
    )
    for one in compared:
        if one.agreement in NAMED or (same and one.agreement is not Agreement.EQUAL):
            yield f"{one.path}: {MEANING[one.agreement]}"
    for flip in flipped:
        yield f"verdict of {flip.claim}: {flip.committed or 'none'} as committed, {flip.now or 'none'} here"
    if not flipped and any(one.path == str(paths.CLAIMS_METRICS) for one in compared):
        yield "Every verdict is the committed one."


def at_revision(revision: str) -> dict[str, bytes]:
    """Content of every file under reports/ of this suite as committed. Raises PipelineError without any."""
    words = ["git", "archive", "--format=tar", revision, paths.REPORTS.as_posix()]
    try:
        done = subprocess.run(words, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"").decode().strip() or str(error)
        raise PipelineError(
            f"No results of this suite are committed at {revision} ({said}): name another with --against."
        ) from None
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        return {
            member.name: file.read()
            for member in archive
            if member.isfile() and (file := archive.extractfile(member)) is not None
        }


def in_folder() -> dict[str, bytes]:
    """Content of every file under reports/ that git does not ignore by its name."""
    files = (path for path in paths.REPORTS.rglob("*") if path.is_file())
    return {path.as_posix(): path.read_bytes() for path in files if not path.name.startswith(".")}


def _platform(side: Mapping[str, bytes]) -> Any:
    text = side.get(paths.PLATFORM.as_posix())
    return json.loads(text) if text else None


def _flips(committed: Mapping[str, bytes], now: Mapping[str, bytes], wanted: list[Compared]) -> list[Flip]:
    place = paths.CLAIMS_METRICS.as_posix()
    if not any(one.path == place for one in wanted):
        return []
    return flips(committed.get(place), now.get(place))


def _kind(path: str) -> str:
    """The folder below reports/, and the form of the file."""
    place = PurePosixPath(path)
    return f"{place.parts[1]}/*{place.suffix}" if len(place.parts) > 2 else path
