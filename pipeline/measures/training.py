"""Numbers read from training logs and curves, by seed; None for a seed that diverged.

Late means after a share of the experiment's steps, the second half where none is named: at steps above
start · steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.measures.evidence import Evidence, Runs
from pipeline.measures.reading import at_step, curve, diverged, finals, finite, logged
from pipeline.measures.runs import mapped, subtracted
from pipeline.metrics.training_ratios import late_mean, ratio

# What is less is this, so that it has a logarithm.
TINY = 1e-12


def late(run: Evidence, column: str, start: float = 0.5) -> Runs:
    """Mean of a log column after the share `start` of the steps; None where the seed diverged.

    Raises PipelineError when nothing was logged there though a seed trained.
    """
    return _late(run, start, late_mean, column)


def late_ratio(run: Evidence) -> Runs:
    """R = E log D(x) / E log D(G), both means over the second half of training (aan, Sec. 6.2, Fig. 2): 1 at
    the optimum, 0 when D wins."""
    return _late(run, 0.5, ratio, "log_d_real", "log_d_fake")


def _late(run: Evidence, start: float, measure: Callable[..., float | None], *columns: str) -> Runs:
    """measure(steps, begin, *columns) of each seed's log."""
    seeds, lost = run.experiment.seeds, diverged(run)
    if len(lost) == len(seeds):
        return dict.fromkeys(seeds)
    steps, begin = logged(run, columns[0])[0], start * run.experiment.train.steps
    if not (steps > begin).any():
        raise PipelineError(
            f"experiments.{run.name} logged nothing after step {begin:g}: lower train.log_every, or train it "
            "and evaluate it again."
        )
    rows = [logged(run, column)[1] for column in columns]
    return {
        seed: None if seed in lost else measure(steps, begin, *(one[seed] for one in rows)) for seed in seeds
    }


def lead(run: Evidence, start: float = 0.5) -> Runs:
    """Mean of D(x) − D(G(z)), in the unit of D's output (beta_gan, Fig. 3; tempered, Sec. 3)."""
    return subtracted(late(run, "d_real", start), late(run, "d_fake", start))


def log_late(run: Evidence, column: str) -> Runs:
    """log10 of the late mean of a column that is not negative, such as G's `gradient_generator`."""
    return mapped(late(run, column), lambda mean: math.log10(max(mean, TINY)))


def log_denoising_error(run: Evidence) -> Runs:
    """log10 of ‖Φ(G) − r(Φ(G))‖²/n_h, the denoising error of generated features (dfm, Eq. 4)."""
    return log_late(run, "denoising_error")


def log_relative_denoising_error(run: Evidence) -> Runs:
    """The same over the variance of real features, since D is free to scale them."""
    return subtracted(log_denoising_error(run), log_late(run, "feature_variance"))


def log_quarter_gradient(run: Evidence, quarter: int) -> Runs:
    """Mean log2 norm of G's gradient over the first (0) or last (−1) quarter of the log (gan, Sec. 3).

    None for a seed that diverged by then.
    """
    _, rows = logged(run, "gradient_generator")
    found: dict[int, float | None] = {}
    for seed, row in rows.items():
        # A gradient of exactly zero has underflowed; float32's least normal number stands for it.
        part = np.log2(np.maximum(np.array_split(row, 4)[quarter], np.finfo(np.float32).tiny))
        found[seed] = float(part.mean()) if len(part) and np.isfinite(part).all() else None
    return found


def first_reached(run: Evidence, name: str, threshold: float, never: float | None = None) -> Runs:
    """The first step at which a metric, or else a column of the log, is at most `threshold`.

    never: what a seed that trained and never gets there has. None for one that diverged before.
    """
    steps, rows = (curve if name in run.curves else logged)(run, name)
    lost = diverged(run)
    found: dict[int, float | None] = {}
    for seed, row in rows.items():
        reached = np.flatnonzero(row <= threshold)
        missing = None if seed in lost else never
        found[seed] = float(steps[reached[0]]) if len(reached) else missing
    return found


def steps_to(run: Evidence, name: str, threshold: float) -> Runs:
    """As `first_reached`, where a seed that never gets there has all its steps (tempered, Fig. 6)."""
    return first_reached(run, name, threshold, float(run.experiment.train.steps))


def at_or_before(run: Evidence, name: str, step: float) -> Runs | None:
    """The metric at the last evaluated snapshot that is no later than `step`, but after the start; None where
    there is no such snapshot."""
    steps, _ = curve(run, name)
    earlier = steps[(steps > 0) & (steps <= step)]
    return at_step(run, name, earlier[-1]) if len(earlier) else None


def ends(run: Evidence, name: str) -> tuple[Runs, Runs]:
    """A metric at the first and at the last evaluated snapshot."""
    _, rows = curve(run, name)
    first, last = ({seed: finite(row[place]) for seed, row in rows.items()} for place in (0, -1))
    return first, last


def least(run: Evidence, name: str, start: int) -> Runs:
    """The least value of a metric over the evaluated snapshots after step `start`; None for a seed that
    diverged. Raises PipelineError when there is no such snapshot."""
    steps, rows = curve(run, name)
    after = steps > start
    if not after.any():
        raise PipelineError(f"experiment '{run.name}' has no evaluated snapshot after step {start}.")
    return {seed: finite(float(row[after].min())) for seed, row in rows.items()}


def below(run: Evidence, name: str, threshold: float) -> dict[int, bool]:
    """Whether a metric ends below a threshold; a seed that diverged does not."""
    return {seed: value is not None and value < threshold for seed, value in finals(run, name).items()}
