"""What a log of training comes to: means over its late part, and the ratio R of aan.

Functions of plain columns of one run's log, each (n,), NaN where nothing was logged. `begin`: the step after
which rows count.
"""

from __future__ import annotations

import numpy as np


def late_mean(steps: np.ndarray, begin: float, values: np.ndarray) -> float | None:
    """Mean of the finite values at steps after `begin`; None where there is none."""
    late = values[steps > begin]
    kept = late[np.isfinite(late)]
    return float(kept.mean()) if len(kept) else None


def ratio(steps: np.ndarray, begin: float, real: np.ndarray, fake: np.ndarray) -> float | None:
    """R = E log D(x) / E log D(G(f)), each expectation over the steps after `begin` (aan, Sec. 6.2).

    real, fake: the columns `log_d_real` and `log_d_fake` in nats. R is 1 at the optimum and 0 when D wins;
    None where D is sure of both, and where nothing was logged.
    """
    above, below = late_mean(steps, begin, real), late_mean(steps, begin, fake)
    return None if above is None or not below else above / below
