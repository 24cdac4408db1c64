from __future__ import annotations

import numpy as np
import pytest
from metric_subjects import subject

from pipeline.metrics import measure
from pipeline.params.metrics import LensedFidelity

CONFIG = LensedFidelity(kind="lensed_fidelity", count=30)
REAL = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)


def measured(samples: np.ndarray, arrays: dict[str, np.ndarray], shown: int = 30) -> dict[str, float]:
    return measure(CONFIG, subject(samples, REAL, arrays=arrays, sample__shown=shown))


def test_distances_of_shifted_copies_are_squares_of_the_shifts() -> None:
    found = measured(REAL + 3, {"examples": REAL, "shown": REAL + 1})
    assert found == pytest.approx({"fid_lens30": 3.0, "fid_lensed30": 12.0, "fid_unlensed30": 27.0}, rel=1e-5)


def test_the_identity_leaves_no_distance() -> None:
    found = measured(REAL + 3, {"examples": REAL, "shown": REAL})
    assert found["fid_lens30"] == pytest.approx(0, abs=1e-6)
    assert found["fid_lensed30"] == pytest.approx(found["fid_unlensed30"])


@pytest.mark.parametrize("lost", ["samples", "shown"])
def test_what_is_not_finite_has_no_distance(lost: str) -> None:
    nothing = np.full_like(REAL, np.nan)
    samples, shown = (nothing, REAL) if lost == "samples" else (REAL, nothing)
    assert np.isnan(list(measured(samples, {"examples": REAL, "shown": shown}).values())).all()
