"""What is known in closed form about denoisers and invertible feature maps (dfm, Sec. 3.1 and 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.datasets.mixture import Law

CENTRES = np.array([[-1.2, -0.8], [-0.4, -1.0], [1.2, 1.0]])
# the step of a complex difference, whose error is of the order of its square
TINY = 1e-30


def score(law: Law, points: np.ndarray) -> np.ndarray:
    """∂log p/∂x of a mixture of Gaussians at points (n, dim): (n, dim)."""
    offsets = law.means - points[:, None, :]
    exponents = -0.5 * np.square(offsets / law.sigma).sum(axis=2)
    shares = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return (shares[:, :, None] * offsets).sum(axis=1) / law.sigma**2


def blurred(law: Law, sigma: float) -> Law:
    """The law of x + σε."""
    return Law(law.means, float(np.hypot(law.sigma, sigma)))


def optimal_denoiser(law: Law, sigma: float, points: np.ndarray) -> np.ndarray:
    """E[x | x + σε = point], the minimum of Eq. 5: point + σ² ∂log p_σ, with p_σ the law of x + σε."""
    return points + sigma**2 * score(blurred(law, sigma), points)


@dataclass(frozen=True)
class Fit:
    """Least-squares slope of one vector field on another through the origin, and the cosine of the two."""

    slope: float
    cosine: float


def fit(field: np.ndarray, reference: np.ndarray) -> Fit:
    """field ≈ slope · reference, both (n, dim)."""
    product, square = (field * reference).sum(), np.square(reference).sum()
    return Fit(float(product / square), float(product / np.sqrt(square * np.square(field).sum())))


@dataclass(frozen=True)
class Coupling:
    """An invertible map of the plane: two affine couplings y ↦ y·exp(s(u)) + t(u), u the other coordinate.

    s(u) = bend·tanh u, t(u) = bend·sin u. Points are (n, 2), real or complex.
    """

    bend: float

    def forward(self, x: np.ndarray) -> np.ndarray:
        second = x[:, 1] * np.exp(self._s(x[:, 0])) + self._t(x[:, 0])
        first = x[:, 0] * np.exp(self._s(second)) + self._t(second)
        return np.stack([first, second], axis=1)

    def inverse(self, y: np.ndarray) -> np.ndarray:
        first = (y[:, 0] - self._t(y[:, 1])) * np.exp(-self._s(y[:, 1]))
        second = (y[:, 1] - self._t(first)) * np.exp(-self._s(first))
        return np.stack([first, second], axis=1)

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """J = ∂Φ/∂x, (n, 2, 2), by the chain rule over the two couplings."""
        first, second = x[:, 0], self.forward(x)[:, 1]
        stretch, other = np.exp(self._s(first)), np.exp(self._s(second))
        along = x[:, 1] * stretch * self._ds(first) + self._dt(first)  # ∂y₂/∂x₁
        bent = first * other * self._ds(second) + self._dt(second)  # ∂y₁/∂y₂
        rows = [
            np.stack([other + bent * along, bent * stretch], axis=1),
            np.stack([along, stretch], axis=1),
        ]
        return np.stack(rows, axis=1)

    def _s(self, u: np.ndarray) -> np.ndarray:
        return self.bend * np.tanh(u)

    def _t(self, u: np.ndarray) -> np.ndarray:
        return self.bend * np.sin(u)

    def _ds(self, u: np.ndarray) -> np.ndarray:
        return self.bend * (1 - np.tanh(u) ** 2)

    def _dt(self, u: np.ndarray) -> np.ndarray:
        return self.bend * np.cos(u)


def expansion(phi: Coupling, x: np.ndarray) -> np.ndarray:
    """∂log|det J|/∂x by Eq. 9, Tr(J⁻¹ dJ/dx_k), at points (n, 2): (n, 2). dJ/dx_k is a complex difference."""
    inverse = np.linalg.inv(phi.jacobian(x))
    columns = []
    for k in range(2):
        moved = x.astype(complex)
        moved[:, k] += 1j * TINY
        slope = phi.jacobian(moved).imag / TINY
        columns.append(np.trace(inverse @ slope, axis1=1, axis2=2))
    return np.stack(columns, axis=1)


def feature_score(phi: Coupling, law: Law, x: np.ndarray, sign: int) -> np.ndarray:
    """Right-hand side of Eq. 8, (∂log p/∂x + sign · ∂log|det J|/∂x) J⁻¹, at points (n, 2): (n, 2).

    The paper prints sign = +1; a change of variables gives −1.
    """
    back = score(law, x) + sign * expansion(phi, x)
    return np.einsum("ni,nij->nj", back, np.linalg.inv(phi.jacobian(x)))


def feature_log_density(phi: Coupling, law: Law, y: np.ndarray) -> np.ndarray:
    """log q at features y (n, 2), from Φ⁻¹ alone: log p(Φ⁻¹(y)) + log|det ∂Φ⁻¹/∂y|."""
    columns = []
    for k in range(2):
        moved = y.astype(complex)
        moved[:, k] += 1j * TINY
        columns.append(phi.inverse(moved).imag / TINY)
    volume = np.linalg.det(np.stack(columns, axis=2))
    density: np.ndarray = np.log(law.density(phi.inverse(y))) + np.log(np.abs(volume))
    return density


def numeric_feature_score(phi: Coupling, law: Law, y: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Left-hand side of Eq. 6, ∂log q/∂Φ at features y (n, 2), by central differences of log q: (n, 2)."""
    columns = []
    for k in range(2):
        shift = np.zeros(2)
        shift[k] = step
        ahead, behind = (feature_log_density(phi, law, y + side * shift) for side in (1, -1))
        columns.append((ahead - behind) / (2 * step))
    return np.stack(columns, axis=1)


def total_mass(phi: Coupling, law: Law, power: int, reach: float = 6.0, points: int = 601) -> float:
    """∫ p(x)·|det J|^power dΦ: 1 for the density of Φ(x), so that power −1 is the right one.

    As dΦ = |det J| dx, it is a sum over x in [−reach, reach]².
    """
    line = np.linspace(-reach, reach, points)
    x = np.stack(np.meshgrid(line, line), axis=2).reshape(-1, 2)
    volume = np.abs(np.linalg.det(phi.jacobian(x)))
    return float((law.density(x) * volume ** (power + 1)).sum() * (line[1] - line[0]) ** 2)


def feature_matching(fake: np.ndarray, mean: np.ndarray) -> float:
    """Eq. 10: squared distance of the mean of features (n, dim) to the data's."""
    return float(np.square(fake.mean(axis=0) - mean).sum())


def denoising_error(law: Law, sigma: float, fake: np.ndarray) -> float:
    """The first term of Eq. 4 per feature, with the optimal denoiser: mean of ‖h − r(h)‖²/dim."""
    return float(np.square(fake - optimal_denoiser(law, sigma, fake)).mean())
