"""estimate: what a suite would cost, with hours extrapolated from a few steps on the device at hand."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import params
from pipeline.base import arithmetic, paths
from pipeline.base.errors import PipelineError
from pipeline.base.progress import track
from pipeline.estimation.counts import NOTHING, Counts, count, examples, processed_bytes
from pipeline.params import Params

if TYPE_CHECKING:
    from pipeline.estimation.calibration import Calibration, Speed

COLUMNS = ("experiment", "runs", "steps", "samples", "checkpoints", "samples' disk", "s/step")


@dataclass(frozen=True)
class Line:
    """One experiment. speed: None where no step was to be measured."""

    name: str
    counts: Counts
    speed: Speed | None

    @property
    def hours(self) -> float | None:
        if self.speed is None or self.speed.seconds is None:
            return None
        return self.counts.steps * self.speed.seconds / 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--directory", type=Path, default=Path(), help="the suite's folder (default: here)")
    parser.add_argument("--experiment", action="append", metavar="NAME", help="this one; may be repeated")
    parser.add_argument(
        "--calibration-steps", type=int, default=5, metavar="N",
        help="at most so many steps of each distinct configuration (default 5); 0 measures nothing",
    )  # fmt: skip


def run(options: argparse.Namespace) -> None:
    """Print the estimate; nothing is written."""
    if options.calibration_steps < 0:
        raise PipelineError("--calibration-steps must be 0 or more.")
    suite = params.load(options.directory / paths.PARAMS)
    names = options.experiment or list(suite.experiments)
    for name in names:
        params.choose(suite.experiments, name, "experiment")
    if options.calibration_steps == 0:
        print(page(suite, options.directory, estimate(suite, names, None), "no device", ""))
        return
    arithmetic.hold(suite.suite.arithmetic)
    from pipeline.base.device import compute
    from pipeline.estimation.calibration import Calibration, device_name

    with compute(threads=1) as device:
        lines = estimate(suite, names, Calibration(device, options.calibration_steps))
        unit = "GPU" if device.type == "cuda" else "CPU"
        print(page(suite, options.directory, lines, device_name(device), f"{unit}-hours"))


def estimate(suite: Params, names: Sequence[str], calibration: Calibration | None) -> list[Line]:
    """Counts, and where there is a calibration the speed, of the named experiments."""
    lines = []
    for name in track(names, "calibrate", total=len(names)):
        experiment = suite.experiments[name]
        shape = suite.datasets[experiment.dataset].prepare.shape
        speed = calibration.speed(experiment.train, shape) if calibration else None
        lines.append(Line(name, count(experiment, shape), speed))
    return lines


def page(suite: Params, folder: Path, lines: Sequence[Line], device: str, unit: str) -> str:
    """Both tables and what the hours rest on."""
    used = {suite.experiments[line.name].dataset for line in lines}
    data = list(_datasets(suite, folder, used))
    total = sum((line.counts for line in lines), NOTHING)
    known = [size for _, _, size in data if size is not None]
    disk = total.checkpoint_bytes + total.sample_bytes + sum(known)
    unknown = len(known) < len(data)
    texts = [
        aligned(_experiments(lines, total, unit)),
        aligned([("data set", "examples", "disk"), *((n, _number(c), _bytes(b)) for n, c, b in data)]),
        f"Disk in all: {_bytes(disk)}{' and data sets of unknown size' if unknown else ''}; samples count as "
        "before compression.",
    ]
    if unit:
        texts.append(
            f"{unit} are of training alone: seconds of a step as measured on {device}, extrapolated to all "
            "steps. The last column says from how many."
        )
    return "\n\n".join(texts)


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Rows as text: the first column to the left, the others to the right."""
    cells = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in cells
    )


def _experiments(lines: Sequence[Line], total: Counts, unit: str) -> Iterator[list[str]]:
    """Head, a row an experiment, and the sum, which is a lower bound if some hours are unknown."""
    yield [*COLUMNS, *([unit, "measured"] if unit else [])][: None if unit else -1]
    for line in lines:
        row = [line.name, *_counted(line.counts)]
        if unit and line.speed is not None:
            row += [_decimal(line.speed.seconds, 4), _decimal(line.hours, 2), line.speed.note]
        yield row
    row = ["all", *_counted(total)]
    if unit:
        hours = [line.hours for line in lines]
        found = sum(value for value in hours if value is not None)
        row += ["", f"{'at least ' if None in hours else ''}{found:,.2f}", "extrapolated"]
    yield row


def _counted(counts: Counts) -> list[str]:
    numbers = (counts.runs, counts.steps, counts.samples)
    return [*map(_number, numbers), _bytes(counts.checkpoint_bytes), _bytes(counts.sample_bytes)]


def _datasets(suite: Params, folder: Path, used: set[str]) -> Iterator[tuple[str, int | None, int | None]]:
    """Name, examples and bytes of every data set that is used."""
    for name, block in suite.datasets.items():
        if name in used:
            number = examples(name, block, suite.sources[block.source], folder)
            yield name, number, None if number is None else processed_bytes(number, block.prepare.shape)


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _decimal(value: float | None, digits: int) -> str:
    return "unknown" if value is None else f"{value:,.{digits}f}"


def _bytes(value: float | None) -> str:
    """A number of bytes in the largest unit that leaves at least one, such as '1.5 GiB'."""
    if value is None:
        return "unknown"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} TiB"
