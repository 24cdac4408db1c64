"""Splits: exact sizes, every example in one, and no dependence on anything but the seed."""

import numpy as np
import pytest

from pipeline.datasets.splits import assign
from pipeline.params.datasets import Splits


@pytest.mark.parametrize("shares", [(0.1, 0.2), (0.0, 0.0), (0.05, 0.0)])
def test_sizes_are_exact(shares):
    splits = Splits(validation=shares[0], test=shares[1], seed=0)
    codes = assign(1797, splits)
    held_out = [round(1797 * share) for share in shares]
    assert np.bincount(codes, minlength=3).tolist() == [1797 - sum(held_out), *held_out]
    assert splits.sizes(1797) == [1797 - sum(held_out), *held_out]


def test_order_is_random_and_repeats():
    first, again, other = (assign(1000, Splits(validation=0.2, test=0.2, seed=seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, np.sort(first))


def test_nothing_left_for_training_is_refused():
    with pytest.raises(ValueError, match="less than 1"):
        Splits(validation=0.5, test=0.5, seed=0)
