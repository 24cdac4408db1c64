"""What a whole run comes to, beside its snapshots: how D and G kept step, how a memory mixes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.metrics.mixing import autocorrelation_time, flip_rate, spread_of_features
from pipeline.metrics.summary import finite, statistic
from pipeline.metrics.training_ratios import ratio
from pipeline.params.metrics import Better

BETTER: dict[str, Better] = {
    "ratio_r": "neither",  # E log D(x) / E log D(G) over the second half of training (aan, Sec. 6.2)
    "gibbs_autocorrelation_time": "lower",  # in Gibbs steps (aan, Fig. 3)
    "gibbs_flip_rate": "higher",  # share of chains whose class is another after one step (aan, Fig. 3)
    "feature_entropy": "neither",  # of a unit of D's features, in nats
    "feature_correlation": "neither",  # rms of pairs
    "feature_participation": "neither",  # participation ratio over width
}


def summary(
    logs: Mapping[int, Mapping[str, np.ndarray]],
    arrays: Mapping[str, np.ndarray],
    diverged: Mapping[int, int | None],
    steps: int,
) -> dict[str, Any]:
    """The numbers above that some seed has, as the metrics file has others.

    logs: seed → columns of its log. arrays: as `metrics.evidence.collect` makes them. steps: of training. A
    seed that diverged has none.
    """
    values = {
        seed: {} if diverged[seed] is not None else _of_seed(seed, log, arrays, steps)
        for seed, log in logs.items()
    }
    found = {}
    for name, better in BETTER.items():
        of_seeds = {seed: known.get(name) for seed, known in values.items()}
        if any(name in known for known in values.values()):
            entry = statistic(of_seeds, better)
            found[name] = {"better": better, "final": entry, "best": entry}
    return found


def _of_seed(
    seed: int, log: Mapping[str, np.ndarray], arrays: Mapping[str, np.ndarray], steps: int
) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    if {"log_d_real", "log_d_fake"} <= log.keys():
        found["ratio_r"] = ratio(log["step"], steps / 2, log["log_d_real"], log["log_d_fake"])
    if f"gibbs_states_seed{seed}" in arrays:
        found["gibbs_autocorrelation_time"] = autocorrelation_time(arrays[f"gibbs_states_seed{seed}"])
    if f"gibbs_probabilities_seed{seed}" in arrays:
        found["gibbs_flip_rate"] = float(flip_rate(arrays[f"gibbs_probabilities_seed{seed}"])[0])
    features = arrays.get(f"features_seed{seed}")
    # Those of tanh, which the units of an associative memory are drawn from.
    if features is not None and np.abs(features).max() <= 1:
        names = ("feature_entropy", "feature_correlation", "feature_participation")
        found |= dict(zip(names, spread_of_features(features), strict=True))
    return {name: None if value is None else finite(value) for name, value in found.items()}
