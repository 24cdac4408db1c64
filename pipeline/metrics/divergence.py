"""Jensen–Shannon divergence and the optimal discriminator of known laws (gan, Eq. 2–6)."""

from __future__ import annotations

import math

import numpy as np

LOG4 = math.log(4)
# D's probability in float32 may round to 0 or 1, where log D or log(1 − D) has no value.
LEAST = 1e-7


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


def _relative(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """p log(p/q), which is 0 where p is."""
    ratio = np.divide(p, q, out=np.ones(p.shape), where=p > 0)
    return p * np.log(ratio)
