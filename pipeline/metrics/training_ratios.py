"""What a log of training comes to: means over its late part, and the ratio R of aan.

Functions of plain columns of one run's log: steps (n,) and values (n,), NaN where nothing was logged.
"""

from __future__ import annotations

import numpy as np


def late_mean(steps: np.ndarray, values: np.ndarray, begin: float) -> float | None:
    """Mean of the values at steps after `begin`; None where none of them is finite."""
    late = values[steps > begin]
    kept = late[np.isfinite(late)]
    return float(kept.mean()) if len(kept) else None


def ratio(steps: np.ndarray, real: np.ndarray, fake: np.ndarray, begin: float) -> float | None:
    """R = E log D(x) / E log D(G(f)), each expectation over the steps after `begin` (aan, Sec. 6.2).

    real, fake: the columns `log_d_real` and `log_d_fake` in nats. R is 1 at the optimum and 0 when D wins.
    """
    above, below = late_mean(steps, real, begin), late_mean(steps, fake, begin)
    return None if above is None or below is None else above / below
