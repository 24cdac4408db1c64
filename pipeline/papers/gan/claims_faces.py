"""Claims of `gan` on latents of faces, from what its Figures 7 and 8 were drawn from."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.claims.compare import one
from pipeline.claims.estimate import ranks
from pipeline.claims.finding import Finding, all_of
from pipeline.claims.rules import against, paired
from pipeline.claims.runs import each
from pipeline.measures.evidence import Evidence, Roles, Runs
from pipeline.papers.registry import claim


@claim("gan", "C10", roles=("faces",))
def arithmetic(evidence: Roles) -> Finding:
    """P(attribute) of G(Y), of a control without the attribute's term, and of the same sum of pixels.

    Means over triplets and attributes, by seed. Raises PipelineError where no seed had exemplars.
    """
    run = one(evidence, "faces")
    chances = [
        _by_seed(run, r"arithmetic_.+_probabilities", partial(_mean, place=p, axis=1)) for p in range(3)
    ]
    parts = {
        "control": paired(chances[0], chances[1], "P(attribute) of Y minus that of the control"),
        "pixels": paired(chances[0], chances[2], "P(attribute) of Y minus that of pixel arithmetic"),
    }
    named = zip(("Y", "control", "pixels"), chances, strict=True)
    return all_of(parts).noting(*(f"P(attribute) of {name}: {each(found)}" for name, found in named))


@claim("gan", "C11", roles=("faces",))
def turn(evidence: Roles) -> Finding:
    """Rank correlation of the angle with α, a mean over samples by seed, and how much the identity features
    move along the turn vector against a random direction of equal norm.

    Raises PipelineError where no seed had exemplars.
    """
    run = one(evidence, "faces")
    monotone = _by_seed(run, "turn_angle", lambda a: _rising(a[0]))
    moved, strayed = (_by_seed(run, "turn_identity", partial(_mean, place=p, axis=0)) for p in (0, 1))
    what = "identity distance along the turn vector minus along a random direction"
    return all_of(
        {
            "turns": against(monotone, 0.0, "rank correlation of the angle with α, mean over samples"),
            "keeps identity": paired(moved, strayed, what, higher=False),
        }
    )


def _by_seed(run: Evidence, name: str, statistic: Callable[[np.ndarray], float]) -> Runs:
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


def _mean(array: np.ndarray, place: int, axis: int) -> float:
    return float(array.take(place, axis=axis).mean())


def _rising(angles: np.ndarray) -> float:
    """Mean over samples (n, points) of Spearman's correlation with the place along the vector."""
    order = ranks(range(angles.shape[1]))
    return float(np.mean([ranks(row) @ order for row in angles]))
