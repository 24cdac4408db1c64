"""Jensen–Shannon divergence and the optimal discriminator in one dimension (gan, Eq. 2–6)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.datasets.mixture import law
from pipeline.errors import PipelineError
from pipeline.metrics import Measure, Subject, uncomputable
from pipeline.params.datasets import Mixture, Prepare, UniformBox
from pipeline.params.experiment import DiscriminatorError, JensenShannon, Train
from pipeline.params.networks import Affine
from pipeline.params.seams import NonSaturating, Saturating, Uniform
from pipeline.params.seams import Normal as NormalPrior

LOG4 = math.log(4)
# Deviations beyond which a Gaussian's mass is left to the two open bins at the ends.
REACH = 5
# D's probability in float32 may round to 0 or 1, where log D or log(1 − D) has no value.
LEAST = 1e-7
# Share of the mass of p_data and of p_g that must lie on the discriminator's grid.
COVERED = 0.99


def jsd(p: np.ndarray, q: np.ndarray) -> float:
    """½KL(p ‖ m) + ½KL(q ‖ m), m = ½(p + q), in nats, of two discrete laws on the same set: 0 … log 2."""
    middle = (p + q) / 2
    return float((_relative(p, middle) + _relative(q, middle)).sum() / 2)


def jsd_quadrature(p: np.ndarray, q: np.ndarray, grid: np.ndarray) -> float:
    """The same of two densities, given by their values on an increasing grid (n,), by the trapezoid rule."""
    middle = (p + q) / 2
    return float(np.trapezoid(_relative(p, middle) + _relative(q, middle), grid) / 2)


def optimal_discriminator(p_data: np.ndarray, p_g: np.ndarray) -> np.ndarray:
    """D* = p_data/(p_data + p_g) (gan, Eq. 2); ½ where both vanish."""
    total = p_data + p_g
    return np.divide(p_data, total, out=np.full(total.shape, 0.5), where=total > 0)


def value(d: np.ndarray, p_data: np.ndarray, p_g: np.ndarray, grid: np.ndarray) -> float:
    """V(D, G) = ∫ p_data log D + p_g log(1 − D) (gan, Eq. 3) by quadrature, in nats."""
    d = np.clip(d.astype(np.float64), LEAST, 1 - LEAST)
    return float(np.trapezoid(p_data * np.log(d) + p_g * np.log1p(-d), grid))


def jensen_shannon(config: JensenShannon, subject: Subject) -> dict[str, Measure]:
    """jsd<count>: JSD in nats between the data's law and all samples, over `bins` equal bins and two open
    ones at the ends.

    Binning makes it slightly smaller than the JSD of the densities, the finite number N of samples
    slightly larger: by about bins/(8N) at equal laws.
    Raises PipelineError when the data are not a mixture or the uniform law in one dimension.
    """
    name = f"jsd{len(subject.samples)}"
    edges, chances = bin_probabilities(subject.block.prepare, config.bins)
    if not np.isfinite(subject.samples).all():
        return uncomputable({name: "lower"})
    inside = np.searchsorted(edges, subject.samples.astype(np.float64).ravel(), side="right")
    counts = np.bincount(inside, minlength=len(chances))
    return {name: Measure(jsd(counts / counts.sum(), chances), "lower")}


def bin_probabilities(prepare: Prepare, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges (bins + 1,) and the law's probabilities (bins + 2,) of the bins and of what lies beyond them."""
    if prepare.shape != (1,) or not isinstance(prepare, Mixture | UniformBox):
        raise PipelineError(
            "Metric 'jensen_shannon' knows mixtures and the uniform law in one dimension, not "
            f"'{prepare.kind}' of shape {list(prepare.shape)}: remove it there."
        )
    if isinstance(prepare, UniformBox):
        return np.linspace(-1, 1, bins + 1), np.pad(np.full(bins, 1 / bins), 1)
    means, sigma = law(prepare).means[:, 0], prepare.sigma
    edges = np.linspace(means.min() - REACH * sigma, means.max() + REACH * sigma, bins + 1)
    scaled = (means[:, None] - edges) / (sigma * math.sqrt(2))
    below = np.vectorize(math.erfc)(scaled).mean(axis=0) / 2  # the law's distribution function at the edges
    return edges, np.diff(below, prepend=0, append=1)


def discriminator_error(config: DiscriminatorError, subject: Subject) -> dict[str, Measure]:
    """The trained D on the sampled grid against D* = p_data/(p_data + p_g), for a G that is fixed and affine.

    discriminator_error_mean: ∫|D − D*|(p_data + p_g) / ∫(p_data + p_g). discriminator_error_max: the
    largest |D − D*| with the same weight, scaled to 1 at its peak. value_trained: V(D, G) in nats;
    value_optimal: its maximum C(G) = −log 4 + 2·JSD (gan, Eq. 4–6); jsd: that JSD.
    Raises PipelineError when a density is unknown or the grid misses more than 1 % of its mass.
    """
    grid, d = _discriminator_on_grid(subject)
    p_data, p_g = _data_density(subject, grid), generator_density(subject.experiment.train, grid)
    for what, density in (("the data", p_data), ("the generator", p_g)):
        mass = float(np.trapezoid(density, grid))
        if abs(mass - 1) > 1 - COVERED:
            raise PipelineError(
                f"sample.grid holds a mass of {mass:.3f} of {what} for metric 'discriminator_error': widen "
                "sample.grid_range or raise sample.grid."
            )
    if not np.isfinite(d).all():
        return uncomputable(
            {
                "discriminator_error_mean": "lower",
                "discriminator_error_max": "lower",
                "value_trained": "higher",
                "value_optimal": "neither",
                "jsd": "lower",
            }
        )
    weight, error = p_data + p_g, np.abs(d - optimal_discriminator(p_data, p_g))
    mean = float(np.trapezoid(error * weight, grid) / np.trapezoid(weight, grid))
    divergence = jsd_quadrature(p_data, p_g, grid)
    return {
        "discriminator_error_mean": Measure(mean, "lower"),
        "discriminator_error_max": Measure(float((error * weight).max() / weight.max()), "lower"),
        "value_trained": Measure(value(d, p_data, p_g, grid), "higher"),
        "value_optimal": Measure(2 * divergence - LOG4, "neither"),
        "jsd": Measure(divergence, "lower"),
    }


def generator_density(train: Train, grid: np.ndarray) -> np.ndarray:
    """The density of shift + scale·z on the grid (n,), for the run's one-dimensional prior of z.

    Raises PipelineError when G is not affine, is trained, or has more than one input, or one that learns.
    """
    generator, prior = train.networks.generator, train.prior
    fixed = isinstance(generator, Affine) and train.generator_steps == 0
    if not fixed or not isinstance(prior, NormalPrior | Uniform) or prior.dim != 1:
        raise PipelineError(
            "Metric 'discriminator_error' needs a generator whose density is known: set generator kind "
            "'affine', generator_steps: 0 and a uniform or normal prior with dim: 1, or remove the metric."
        )
    assert isinstance(generator, Affine)
    z = (grid - generator.shift) / generator.scale
    if isinstance(prior, NormalPrior):
        return np.exp(-(z**2) / 2) / (math.sqrt(2 * math.pi) * generator.scale)
    return (np.abs(z) <= prior.bound) / (2 * prior.bound * generator.scale)


def _data_density(subject: Subject, grid: np.ndarray) -> np.ndarray:
    prepare = subject.block.prepare
    if isinstance(prepare, Mixture) and prepare.dim == 1:
        return law(prepare).density(grid[:, None])
    if isinstance(prepare, UniformBox) and prepare.shape == (1,):
        return (np.abs(grid) <= 1) / 2
    raise PipelineError(
        "Metric 'discriminator_error' knows mixtures and the uniform law in one dimension, not "
        f"'{subject.dataset.name}': remove it there."
    )


def _discriminator_on_grid(subject: Subject) -> tuple[np.ndarray, np.ndarray]:
    if "grid" not in subject.arrays or "discriminator" not in subject.arrays:
        raise PipelineError(
            "Metric 'discriminator_error' needs D on a grid: set sample.grid and sample.grid_range."
        )
    if not isinstance(subject.experiment.train.objective, Saturating | NonSaturating):
        raise PipelineError(
            "Metric 'discriminator_error' needs D to be a probability: use objective 'saturating' or "
            "'non_saturating'."
        )
    return subject.arrays["grid"], subject.arrays["discriminator"]


def _relative(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """p log(p/q), which is 0 where p is."""
    ratio = np.divide(p, q, out=np.ones(p.shape), where=p > 0)
    return p * np.log(ratio)
