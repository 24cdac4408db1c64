"""What the figures and tables of tempered share: names of methods and data, FID over training, λ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.figures import data, style
from pipeline.gan.schedule import lambda_at
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import bests, by_seed, finals, metric_like, part
from pipeline.params.seams import Lens

PLAIN = "no lens"
SCHEDULED = "lens"
AVERAGED = "lens with averaged $L_R$"
FIXED = r"lens at fixed $\lambda$"
FIXED_AVERAGED = r"lens at fixed $\lambda$ with averaged $L_R$"
# The paper draws the run without a lens in green.
COLORS = {
    PLAIN: style.PALETTE[2],
    SCHEDULED: style.REAL,
    AVERAGED: style.PALETTE[4],
    FIXED: style.PALETTE[3],
    FIXED_AVERAGED: style.GENERATED,
}
# samples that the paper's FID is computed with (Sec. A.2)
SAMPLES = {"cifar10": 10_000}
USUAL_SAMPLES = 4096


def method(run: Evidence) -> str:
    """What a run is called in a legend."""
    lens = run.experiment.train.tempering
    if not isinstance(lens, Lens):
        return PLAIN
    if lens.schedule_steps is None:
        return FIXED if lens.reconstruction == "sum" else FIXED_AVERAGED
    return SCHEDULED if lens.reconstruction == "sum" else AVERAGED


def spoken(run: Evidence) -> str:
    """The method without mathematical notation, for captions and tables."""
    return method(run).replace("$L_R$", "L_R").replace(r"$\lambda$", "λ")


def lens_of(run: Evidence) -> Lens:
    """The lens of an experiment. Raises PipelineError when it has none."""
    return part(run, "tempering", Lens)


def fid_note(run: Evidence, printed: str) -> str:
    """How FID is measured, and whether it may be held against the paper's, on data of kind `printed`."""
    how = f"FID is measured against unlensed data, on the features of {data.features(run)}"
    used, wanted = metric_like(run, "fid"), f"fid{SAMPLES.get(printed, USUAL_SAMPLES)}"
    if data.comparable(run, printed) and used == wanted:
        return f"{how}, over as many samples as in the paper."
    differences = [
        text
        for text, differs in (
            (f"on {data.NAMES[printed]}", not data.is_printed(run.dataset, printed)),
            ("on Inception's features", run.dataset.extractor.kind != "inception"),
            (f"over {wanted.removeprefix('fid')} samples", used != wanted),
        )
        if differs
    ]
    return f"{how}, so it is not to be compared with the paper's, which is {', '.join(differences)}."


def lambda_text(run: Evidence, step: int) -> str:
    """λ that the networks at `step` were last trained with; that of the first step before training."""
    return f"{lambda_at(lens_of(run), max(step - 1, 0)):.2f}"


def fid(run: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Steps and FID (seeds, steps); NaN where a seed has none."""
    return by_seed(run.curves, metric_like(run, "fid"))


def fid_mean(run: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Steps and the mean over seeds of FID, of the seeds that have one at a step."""
    steps, values = fid(run)
    present = np.isfinite(values)
    count = present.sum(axis=0)
    total = np.where(present, values, 0.0).sum(axis=0)
    return steps, np.where(count > 0, total / np.maximum(count, 1), np.nan)


def crossing(lensed: Evidence, plain: Evidence) -> int | None:
    """The first snapshot from which on the lens has the lower mean FID, after one at which it had the
    higher; None if there is none."""
    (steps, ours), (other_steps, theirs) = fid_mean(lensed), fid_mean(plain)
    common, left, right = np.intersect1d(steps, other_steps, return_indices=True)
    lower = ours[left] < theirs[right]
    worse = np.flatnonzero(~lower)
    if not len(worse) or worse[-1] == len(common) - 1:
        return None
    return int(common[worse[-1] + 1])


def pairs(evidence: Mapping[str, Evidence]) -> tuple[list[Evidence], Evidence]:
    """The runs with a lens and the one without.

    Raises PipelineError unless there are some of the first and one of the second.
    """
    plain = [run for run in evidence.values() if method(run) == PLAIN]
    lensed = [run for run in evidence.values() if method(run) != PLAIN]
    if len(plain) != 1 or not lensed:
        raise PipelineError(
            "The result compares runs with a lens with one without, but the experiments under uses hold "
            f"{len(lensed)} with and {len(plain)} without: give at least one and exactly one."
        )
    return lensed, plain[0]


def best(run: Evidence) -> dict[int, float | None]:
    """Seed → FID at the seed's best snapshot; None where it diverged."""
    return bests(run, metric_like(run, "fid"))


def final(run: Evidence) -> dict[int, float | None]:
    """Seed → FID at the last step; None where it diverged."""
    return finals(run, metric_like(run, "fid"))
