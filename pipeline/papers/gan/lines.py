"""What figures of one-dimensional laws share: the data's density on the grid, the colour of D."""

from __future__ import annotations

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.datasets.mixture import law
from pipeline.figures import style
from pipeline.measures.evidence import Evidence
from pipeline.params.datasets import Mixture

D_HAT = style.PALETTE[2]


def data_density(used: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """The experiment's grid (n,) and p_data on it. Raises PipelineError without a grid or a 1-D law."""
    prepare = used.dataset.prepare
    if not isinstance(prepare, Mixture) or prepare.dim != 1 or "grid" not in used.arrays:
        raise PipelineError(
            f"experiments.{used.name}: this result needs a one-dimensional mixture and sample.grid."
        )
    grid = used.arrays["grid"].astype(np.float64)
    return grid, law(prepare).density(grid[:, None])
