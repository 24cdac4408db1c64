"""Studies for tests, in memory and as blocks of params.yaml."""

from __future__ import annotations

from typing import Any

from configs import changed

from pipeline.params.studies import Denoiser
from pipeline.studies import Studied

DENOISERS: dict[str, Any] = {
    "kind": "denoiser",
    "paper": "dfm",
    "law": {"centres": [[-1.2, -0.8], [-0.4, -1.0], [1.2, 1.0]], "sigma": 0.5},
    "noises": [0.2, 0.5],
    "seeds": [0, 1],
    "depth": 1,
    "width": 8,
    "steps": 60,
    "batch": 64,
    "rate": 0.01,
    "points": {"count": 200, "stream": "test", "each_seed": False},
}


def denoisers(**changes: Any) -> Studied:
    """Denoisers trained by the study's own code; changes: dotted paths with `__` for the dot → value."""
    from pipeline.studies import denoiser

    paths = {name.replace("__", "."): value for name, value in changes.items()}
    made = Studied("denoisers", Denoiser.model_validate(changed(DENOISERS, paths)))
    made.__dict__["arrays"] = denoiser.compute(made.block)
    return made
