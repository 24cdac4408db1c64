"""Numbers on paths between latents and on picked ones, by seed (gan, Fig. 3, 7 and 8).

None for a seed that has none, since it diverged or had too few exemplars.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.measures.evidence import Evidence, Runs
from pipeline.measures.runs import ranks


def path_wins(run: Evidence) -> tuple[Runs, Runs]:
    """Of points inside a path (Fig. 3): the share that the classifier is surer of than of the mix of pixels
    of the ends, and by how much its largest probability is larger.

    Raises PipelineError when there are no paths.
    """
    wins: dict[int, float | None] = dict.fromkeys(run.experiment.seeds)
    gains = dict(wins)
    if not any(name.startswith("pixel_probabilities") for name in run.arrays):
        raise PipelineError(f"'{run.name}' left no paths: set sample.paths, and extractor kind 'classifier'.")
    for seed in run.experiment.seeds:
        names = [f"{kind}_probabilities_seed{seed}" for kind in ("path", "pixel")]
        if all(name in run.arrays for name in names):
            latent, pixel = (run.arrays[name].max(axis=2)[:, 1:-1] for name in names)
            wins[seed], gains[seed] = float((latent > pixel).mean()), float((latent - pixel).mean())
    return wins, gains


def arithmetic_chances(run: Evidence, attribute: str | None = None) -> tuple[Runs, Runs, Runs]:
    """P(attribute) of G(Y), of a control without the attribute's term, and of the same sum of pixels: means
    over triplets, and over attributes unless one is named (Fig. 7). Raises PipelineError where no seed had
    exemplars."""
    name = rf"arithmetic_{'.+' if attribute is None else re.escape(attribute)}_probabilities"
    y, control, pixels = (_means(run, name, partial(_mean, place=place, axis=1)) for place in range(3))
    return y, control, pixels


def turn_correlations(run: Evidence) -> tuple[Runs, Runs]:
    """Mean over samples of Spearman's correlation of α with the angle, along the turn vector and along a
    random direction (Fig. 8)."""
    along, random = (_means(run, "turn_angle", partial(_rising, place=place)) for place in range(2))
    return along, random


def turn_identities(run: Evidence) -> tuple[Runs, Runs]:
    """Mean cosine distance of identity features to those at α = 0, along the turn vector and along a random
    direction of equal norm (Fig. 8)."""
    along, random = (_means(run, "turn_identity", partial(_mean, place=place, axis=0)) for place in range(2))
    return along, random


def rank_correlations(values: np.ndarray) -> np.ndarray:
    """Spearman's correlation of the place along a line with the values (samples, points) of each sample; 0
    where they are constant."""
    order = ranks(range(values.shape[1]))
    return np.array([ranks(row) @ order for row in values])


def _means(run: Evidence, name: str, statistic: Callable[[np.ndarray], float]) -> Runs:
    """A statistic of the arrays `<name>_seed<s>`, a mean over those of a seed; None for one that has none."""
    found: dict[int, list[float]] = {seed: [] for seed in run.experiment.seeds}
    for key, array in run.arrays.items():
        if matched := re.fullmatch(rf"{name}_seed(\d+)", key):
            found[int(matched[1])].append(float(statistic(array)))
    if not any(found.values()):
        raise PipelineError(
            f"'{run.name}' left no {name.partition('_')[0]}: set sample.concepts, and a larger pool if its "
            "samples show too few exemplars."
        )
    return {seed: float(np.mean(values)) if values else None for seed, values in found.items()}


def _rising(angles: np.ndarray, place: int) -> float:
    return float(np.mean(rank_correlations(angles[place])))


def _mean(array: np.ndarray, place: int, axis: int) -> float:
    return float(array.take(place, axis=axis).mean())
