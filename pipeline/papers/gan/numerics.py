"""The mathematics behind the theory results of `gan`: games, criteria by quadrature, kernel densities."""

from __future__ import annotations

import numpy as np

ROCK_PAPER_SCISSORS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


def equilibrium(payoff: np.ndarray) -> tuple[np.ndarray, float]:
    """The row player's maximin strategy and the value of a zero-sum game, by linear programming.

    payoff: (rows, columns), what the row player receives. Maximises v subject to payoffᵀp ≥ v, p ∈ simplex.
    """
    from scipy.optimize import linprog

    rows, columns = payoff.shape
    solution = linprog(
        c=np.append(np.zeros(rows), -1.0),
        A_ub=np.hstack([-payoff.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=np.append(np.ones(rows), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, 1)] * rows + [(None, None)],
        method="highs",
    )
    return solution.x[:rows], float(solution.x[rows])


def onto_simplex(point: np.ndarray) -> np.ndarray:
    """The nearest probability vector: point − t, cut at 0, with t such that it sums to one."""
    descending = np.sort(point)[::-1]
    thresholds = (np.cumsum(descending) - 1) / np.arange(1, len(point) + 1)
    t = thresholds[np.nonzero(descending > thresholds)[0][-1]]
    return np.maximum(point - t, 0.0)


def gradient_play(
    payoff: np.ndarray, row: np.ndarray, column: np.ndarray, rate: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Both players step along their own gradient at once, projected onto the simplex.

    The row player ascends pᵀAq, the column player descends it. Returns (steps + 1, strategies) each.
    """
    p, q = row, column
    rows, columns = [p], [q]
    for _ in range(steps):
        p, q = onto_simplex(p + rate * payoff @ q), onto_simplex(q - rate * payoff.T @ p)
        rows.append(p)
        columns.append(q)
    return np.array(rows), np.array(columns)


def normal_density(x: np.ndarray, mean: np.ndarray | float, deviation: float) -> np.ndarray:
    """The density of N(mean, deviation²) at x; x and mean broadcast."""
    return np.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))


def criterion(p_data: np.ndarray, p_g: np.ndarray, grid: np.ndarray) -> float:
    """C(G) = E_data log D* + E_g log(1 − D*) (gan, Eq. 4) by quadrature on the grid, in nats."""
    from scipy.special import rel_entr

    total = p_data + p_g
    return float(np.trapezoid(rel_entr(p_data, total) + rel_entr(p_g, total), grid))


def silverman(count: int) -> float:
    """h_n = 1.06 n^(−1/5), Silverman's width for data of unit deviation."""
    return float(1.06 * count ** (-1 / 5))


def kernel_density(samples: np.ndarray, at: np.ndarray, width: float) -> np.ndarray:
    """Parzen density of samples (n,) at points (m,): the mean of Gaussians of deviation `width`."""
    return normal_density(at[:, None], samples[None, :], width).mean(axis=1)


def squared_error(samples: np.ndarray, width: float) -> float:
    """∫ (p̂ − N(0, 1))² of a Parzen density p̂ in closed form: all three terms are Gaussian integrals."""
    between = normal_density(samples[:, None], samples[None, :], width * np.sqrt(2)).mean()
    across = normal_density(samples, 0.0, float(np.sqrt(1 + width**2))).mean()
    return float(between - 2 * across + 1 / (2 * np.sqrt(np.pi)))
