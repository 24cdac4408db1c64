"""Numbers on an associative memory, by seed: how its chain mixes and what it models (aan, Sec. 4 and 6).

None for a seed that diverged; PipelineError where a seed that trained left no such array.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from pipeline.measures.evidence import Evidence, Runs
from pipeline.measures.reading import finals, logged, of_arrays
from pipeline.measures.runs import subtracted
from pipeline.metrics.mixing import autocorrelation_time, distances, flip_rate, spread_of_features
from pipeline.params.datasets import factors


def autocorrelation_times(run: Evidence) -> Runs:
    """1 + 2 Σ ρ(t) of the visible units, in Gibbs steps (Fig. 3)."""
    return of_arrays(run, "gibbs_states", autocorrelation_time)


def first_flips(run: Evidence) -> Runs:
    """Share of G's images whose class is not their start's after one Gibbs step (Fig. 3)."""
    return of_arrays(run, "gibbs_probabilities", lambda chances: float(flip_rate(chances)[0]))


def feature_spread(run: Evidence) -> tuple[Runs, Runs, Runs]:
    """Entropy of a unit of D's features in nats, rms correlation of pairs, participation ratio over width."""
    found = of_arrays(run, "features", spread_of_features)
    entropy, pairs, participation = (
        {seed: None if values is None else values[place] for seed, values in found.items()}
        for place in range(3)
    )
    return entropy, pairs, participation


def start_distances(run: Evidence) -> dict[int, tuple[float, float] | None]:
    """Distance of a chain's first image to the one that it starts from, and to others, in grey levels."""
    return of_arrays(run, "gibbs", lambda made: distances(run.arrays["gibbs_real"], made[:, 0]))


def own_shares(run: Evidence) -> Runs:
    """The first of `start_distances` over the second: 1 without, 0 for perfect reconstruction."""
    return {
        seed: None if apart is None else apart[0] / apart[1] for seed, apart in start_distances(run).items()
    }


def likelihood_gain(run: Evidence, model: str = "memory") -> Runs:
    """Held-out log P(v) of an RBM above that of independent units, in nats (Eq. 1, third term)."""
    return subtracted(finals(run, f"loglik_{model}"), finals(run, "loglik_bernoulli"))


def least_entropies(run: Evidence) -> dict[int, float]:
    """Least entropy of the memory's units during training as a share of log 2; a seed without a log has
    none."""
    _, rows = logged(run, "prior_entropy")
    lowest = {seed: float(np.nanmin(row)) for seed, row in rows.items() if np.isfinite(row).any()}
    return {seed: value / math.log(2) for seed, value in lowest.items()}


def by_factor(run: Evidence, chances: np.ndarray) -> Mapping[str, np.ndarray]:
    """P(class | image) of each factor of the labels, (chains, steps + 1, classes), from that of the joint
    classes; that of the classes themselves where the factors have no names."""
    names = factors(run.dataset.prepare)
    if not names:
        return {"class": chances}
    joint = chances.reshape(*chances.shape[:2], *names.values())
    axes = range(2, joint.ndim)
    return {
        name: joint.sum(axis=tuple(axis for axis in axes if axis != place))
        for place, name in enumerate(names, start=2)
    }
