"""What a study of denoisers left (dfm, Eq. 11): its law, its points, and r(x) − x at them."""

from __future__ import annotations

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets.mixture import Law
from pipeline.studies import Studied


def law_of(denoisers: Studied) -> Law:
    """The law whose points the denoisers were trained on."""
    law = denoisers.block.law
    return Law(np.array(law.centres), law.sigma)


def points(denoisers: Studied, seed: int) -> np.ndarray:
    """Where the fields of a seed were kept, (count, dim)."""
    found: np.ndarray = denoisers.arrays["points"][denoisers.block.seeds.index(seed)]
    return found


def field(denoisers: Studied, kind: str, noise: float, seed: int) -> np.ndarray:
    """r(x) − x at the points of a seed, (count, dim); kind: `among_corrupted` or `alone`.

    Raises PipelineError when no denoiser was trained at this noise.
    """
    noises, seeds = denoisers.block.noises, denoisers.block.seeds
    if noise not in noises:
        known = ", ".join(f"{one:g}" for one in noises)
        raise PipelineError(
            f"studies.{denoisers.name}.noises: {noise:g} is not among {known}, but a denoiser trained at "
            "it is to be shown or judged: add it, or ask for another."
        )
    found: np.ndarray = denoisers.arrays[kind][noises.index(noise), seeds.index(seed)]
    return found
