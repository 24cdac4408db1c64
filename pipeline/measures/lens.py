"""Numbers on runs with a lens, by seed (tempered); None for a seed that diverged."""

from __future__ import annotations

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_values
from pipeline.measures.evidence import Evidence, Runs
from pipeline.measures.reading import curve, diverged, finals, has_metric, logged
from pipeline.measures.runs import mapped
from pipeline.measures.training import TINY
from pipeline.params.seams import Lens

CHANNELS = 3


def schedule_steps(run: Evidence) -> int:
    """K of Eq. 7. Raises PipelineError when the experiment has no lens, or one with a fixed λ."""
    lens = run.experiment.train.tempering
    if not isinstance(lens, Lens) or lens.schedule_steps is None:
        raise PipelineError(
            f"experiments.{run.name} has no lens with a schedule: see tempering.schedule_steps."
        )
    return lens.schedule_steps


def variance(run: Evidence) -> float:
    """Mean over pixels and channels of their variance over real examples, in the range of training."""
    real = to_values(run.arrays["real"], run.experiment.train.range)
    return float(np.var(real, axis=0, dtype=np.float64).mean())


def relative(run: Evidence, errors: Runs) -> Runs:
    """Reconstruction errors (X − L(X))² a pixel (Eq. 5) over the variance of the data."""
    scale = variance(run)
    return mapped(errors, lambda error: error / scale)


def following(run: Evidence) -> Runs:
    """Correlation, over the log before K, of a change in D(real) − D(fake) with the next change of the log
    reconstruction error (Sec. 2); None where there are fewer than four, or one of them is constant."""
    steps, real = logged(run, "d_real")
    fake, errors = logged(run, "d_fake")[1], logged(run, "reconstruction")[1]
    before, lost = steps <= schedule_steps(run), diverged(run)
    found: dict[int, float | None] = dict.fromkeys(run.experiment.seeds)
    for seed in found.keys() - lost.keys():
        lead = np.diff((real[seed] - fake[seed])[before])[:-1]
        moved = np.diff(np.log(np.maximum(errors[seed][before], TINY)))[1:]
        if len(lead) >= 4 and lead.std() > 0 and moved.std() > 0:
            found[seed] = float(np.corrcoef(lead, moved)[0, 1])
    return found


def distances(run: Evidence) -> tuple[str, str, str] | None:
    """The metrics of L(X) against X, G against L(X), and G against X, if the experiment has them."""
    for name in run.metrics["metrics"]:
        count = name.removeprefix("fid_lens")
        if name.startswith("fid_lens") and count.isdigit():
            names = (name, f"fid_lensed{count}", f"fid_unlensed{count}")
            return names if all(has_metric(run, each) for each in names) else None
    return None


def nearness(run: Evidence) -> Runs | None:
    """Mean log of FID(L(X), G) over FID(X, G) before K; None where nothing was measured."""
    if (names := distances(run)) is None:
        return None
    steps, lensed = curve(run, names[1])
    unlensed = curve(run, names[2])[1]
    before = steps < schedule_steps(run)
    if not before.any():
        return None
    found: dict[int, float | None] = dict.fromkeys(run.experiment.seeds)
    for seed in found.keys() - diverged(run).keys():
        ratio = np.log(np.maximum(lensed[seed][before], TINY) / np.maximum(unlensed[seed][before], TINY))
        kept = ratio[np.isfinite(ratio)]
        found[seed] = float(kept.mean()) if len(kept) else None
    return found


def has_channels(run: Evidence, name: str) -> bool:
    return all(has_metric(run, channel) for channel in _channels(run, name))


def worst_channel(run: Evidence, name: str) -> Runs:
    """The least `confidence` or `entropy` (in nats) of the classes of a colour channel (Fig. 1)."""
    found = [finals(run, channel) for channel in _channels(run, name)]
    values = {seed: [channel[seed] for channel in found] for seed in run.experiment.seeds}
    return {seed: min((v for v in row if v is not None), default=None) for seed, row in values.items()}


def _channels(run: Evidence, name: str) -> list[str]:
    return [f"factor{channel}_{name}{run.experiment.sample.count}" for channel in range(CHANNELS)]
