"""Denoisers of a known law, trained as inside a GAN."""

from __future__ import annotations

import numpy as np
import pytest
from study_fakes import denoisers

from pipeline.base.errors import PipelineError
from pipeline.papers.dfm import fields


def test_fields_are_by_noise_and_seed() -> None:
    made = denoisers()
    assert {name: array.shape for name, array in made.arrays.items()} == {
        "points": (2, 200, 2), "among_corrupted": (2, 2, 200, 2), "alone": (2, 2, 200, 2),
    }  # fmt: skip
    alone = denoisers(noises=[0.5], seeds=[1])
    for kind in ("among_corrupted", "alone"):
        np.testing.assert_array_equal(
            fields.field(made, kind, 0.5, 1), fields.field(alone, kind, 0.5, 1), err_msg=kind
        )
    assert not np.array_equal(fields.field(made, "alone", 0.5, 1), fields.field(made, "alone", 0.5, 0))


def test_points_are_the_same_for_all_seeds_or_not() -> None:
    shared, own = denoisers(steps=1), denoisers(steps=1, points__each_seed=True)
    np.testing.assert_array_equal(*shared.arrays["points"])
    assert not np.array_equal(*own.arrays["points"])
    np.testing.assert_array_equal(fields.points(own, 0), fields.points(shared, 1))
    other = denoisers(steps=1, points__stream="other")
    assert not np.array_equal(other.arrays["points"], shared.arrays["points"])


def test_own_statistics_stretch_points_to_the_scale_of_corrupted_ones() -> None:
    made = denoisers(noises=[1.0], depth=2, width=32, steps=200)
    lengths = {kind: np.abs(fields.field(made, kind, 1.0, 0)).mean() for kind in ("among_corrupted", "alone")}
    assert lengths["alone"] < 0.9 * lengths["among_corrupted"]


def test_a_noise_that_was_not_trained_is_named() -> None:
    with pytest.raises(PipelineError, match=r"studies\.denoisers\.noises: 0\.3 is not among 0\.2, 0\.5"):
        fields.field(denoisers(steps=1), "alone", 0.3, 0)
