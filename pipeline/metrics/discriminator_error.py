"""Distance of a trained discriminator from the optimal one in one dimension (gan, Eq. 2–6)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets.mixture import law
from pipeline.metrics import Subject, Values
from pipeline.metrics.divergence import LOG4, jsd_quadrature, optimal_discriminator, value
from pipeline.params.datasets import Mixture, UniformBox
from pipeline.params.experiment import Train
from pipeline.params.metrics import DiscriminatorError
from pipeline.params.networks import Affine
from pipeline.params.seams import Normal as NormalPrior
from pipeline.params.seams import Uniform

# Share of the mass of p_data and of p_g that must lie on the discriminator's grid.
COVERED = 0.99


def discriminator_error(config: DiscriminatorError, subject: Subject) -> Values:
    """The trained D on the sampled grid against D* = p_data/(p_data + p_g), for a G that is fixed and affine.

    discriminator_error_mean: ∫|D − D*|(p_data + p_g) / ∫(p_data + p_g). discriminator_error_max: the
    largest |D − D*| with the same weight, scaled to 1 at its peak. value_trained: V(D, G) in nats;
    value_optimal: its maximum C(G) = −log 4 + 2·JSD (gan, Eq. 4–6); jsd: that JSD.
    Raises PipelineError when the grid misses more than 1 % of a density's mass.
    """
    grid, d = subject.arrays["grid"], subject.arrays["discriminator"]
    p_data, p_g = _data_density(subject, grid), generator_density(subject.experiment.train, grid)
    for what, density in (("the data", p_data), ("the generator", p_g)):
        mass = float(np.trapezoid(density, grid))
        if abs(mass - 1) > 1 - COVERED:
            raise PipelineError(
                f"sample.grid holds a mass of {mass:.3f} of {what} for metric 'discriminator_error': widen "
                "sample.grid_range or raise sample.grid."
            )
    if not np.isfinite(d).all():
        return None
    weight, error = p_data + p_g, np.abs(d - optimal_discriminator(p_data, p_g))
    mean = float(np.trapezoid(error * weight, grid) / np.trapezoid(weight, grid))
    divergence = jsd_quadrature(p_data, p_g, grid)
    largest = float((error * weight).max() / weight.max())
    trained, optimal = value(d, p_data, p_g, grid), 2 * divergence - LOG4
    return [mean, largest, trained, optimal, divergence]


def generator_density(train: Train, grid: np.ndarray) -> np.ndarray:
    """The density of shift + scale·z on the grid (n,), for the run's one-dimensional prior of z."""
    generator, prior = train.networks.generator, train.prior
    assert isinstance(generator, Affine) and isinstance(prior, NormalPrior | Uniform)
    z = (grid - generator.shift) / generator.scale
    if isinstance(prior, NormalPrior):
        return np.exp(-(z**2) / 2) / (math.sqrt(2 * math.pi) * generator.scale)
    return (np.abs(z) <= prior.bound) / (2 * prior.bound * generator.scale)


def _data_density(subject: Subject, grid: np.ndarray) -> np.ndarray:
    prepare = subject.block.prepare
    if isinstance(prepare, Mixture):
        return law(prepare).density(grid[:, None])
    assert isinstance(prepare, UniformBox)
    return (np.abs(grid) <= 1) / 2
