"""Numbers on runs whose laws are known in one dimension (gan, Sec. 4, Eq. 2–6)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets.mixture import law
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import finals, last_snapshots
from pipeline.measures.runs import known
from pipeline.metrics.discriminator_error import generator_density
from pipeline.metrics.divergence import optimal_discriminator, value
from pipeline.params.datasets import Mixture
from pipeline.params.networks import Affine
from pipeline.params.seams import Normal, Uniform

# Two values by quadrature on one grid differ by rounding alone.
QUADRATURE = 1e-6


def data_density(run: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """The experiment's grid (n,) and p_data on it. Raises PipelineError without a grid or a 1-D mixture."""
    prepare = run.dataset.prepare
    if not isinstance(prepare, Mixture) or prepare.dim != 1 or "grid" not in run.arrays:
        raise PipelineError(
            f"experiments.{run.name}: this needs a one-dimensional mixture as data, and sample.grid."
        )
    grid = run.arrays["grid"].astype(np.float64)
    return grid, law(prepare).density(grid[:, None])


def densities(run: Evidence) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The grid (n,), p_data and p_g on it, of a generator that is fixed and affine.

    Raises PipelineError when one of the laws is not known.
    """
    grid, p_data = data_density(run)
    train = run.experiment.train
    if not isinstance(train.networks.generator, Affine) or not isinstance(train.prior, Normal | Uniform):
        raise PipelineError(
            f"experiments.{run.name}: this needs a generator whose density is known: kind 'affine', with "
            "a prior of kind 'normal' or 'uniform'."
        )
    return grid, p_data, generator_density(train, grid)


def criterion(run: Evidence) -> float:
    """C(G) = ∫ p_data log D* + p_g log(1 − D*) by quadrature, in nats (Eq. 4)."""
    grid, p_data, p_g = densities(run)
    return value(optimal_discriminator(p_data, p_g), p_data, p_g, grid)


def largest_errors(run: Evidence, support: float) -> dict[int, float]:
    """Largest |D − D*| where p_data + p_g exceeds `support` of its peak; a seed that diverged has none."""
    _, p_data, p_g = densities(run)
    weight, best = p_data + p_g, optimal_discriminator(p_data, p_g)
    inside = weight > support * weight.max()
    trained = last_snapshots(run, "discriminator")
    return {seed: float(np.abs(d - best)[inside].max()) for seed, d in trained.items()}


def same_law(run: Evidence) -> bool:
    """Whether p_g is p_data, by the JSD that was measured."""
    return max(known(finals(run, "jsd")), default=math.inf) < QUADRATURE
