"""scikit-learn's digits, upscaled, and three of them stacked as colours."""

import numpy as np
import pytest

from pipeline.datasets import digits
from pipeline.params.datasets import ColorDigits, Digits, Splits

SPLITS = Splits(validation=0.1, test=0.2, seed=0)


def colored(**changes):
    values = {"count": 900, "seed": 5, "splits": SPLITS, "size": 28, **changes}
    return ColorDigits(kind="color_digits", **values)


@pytest.mark.parametrize("size", [16, 28, 32])
def test_digits_keep_their_shape_in_the_new_size(raw, size):
    prepared = digits.prepare(Digits(kind="digits", size=size, splits=SPLITS), raw("digits"))
    assert prepared.data.shape == (1797, 1, size, size) and prepared.data.dtype == np.uint8
    assert np.bincount(prepared.labels).min() > 170 and prepared.classes == [10]
    small = np.load(raw("digits") / "images.npy").astype(float)
    rows = (2 * np.arange(8) + 1) * (size - 4) // 16 + 2
    centres = prepared.data[:, 0][:, rows[:, None], rows]
    assert np.corrcoef(centres.ravel(), small.ravel())[0, 1] > 0.95
    assert prepared.data.max() == 255 and np.median(prepared.data) == 0


def test_upscaling_a_flat_image_keeps_its_interior_flat():
    flat = digits.upscale(np.full((8, 8), 8, dtype=np.uint8), 28)
    assert np.unique(flat[2:-2, 2:-2]).tolist() == [2 * 127 - 128]
    assert not flat[:2].any() and not flat[:, -2:].any()


def test_colours_are_digits_of_the_table(raw):
    config = colored()
    prepared = digits.colors(config, raw("digits"))
    images, labels = digits.read(raw("digits"), 28)
    table, split = digits.index_table(config, len(images))
    assert prepared.data.shape == (900, 3, 28, 28) and prepared.classes == [10, 10, 10]
    np.testing.assert_array_equal(prepared.data[17, 2], images[table[17, 2]])
    np.testing.assert_array_equal(prepared.labels, labels[table])
    np.testing.assert_array_equal(prepared.split, split)


def test_no_digit_is_shared_between_splits():
    table, split = digits.index_table(colored(count=30_000), 1797)
    used = [set(table[split == code].ravel().tolist()) for code in range(3)]
    assert [len(digits_of) for digits_of in used] == [1258, 180, 359]
    assert not used[0] & used[1] and not used[0] & used[2] and not used[1] & used[2]


def test_draws_are_independent_and_with_replacement():
    table, split = digits.index_table(colored(count=30_000), 1797)
    train = table[split == 0]
    assert np.abs(np.corrcoef(train.T)[~np.eye(3, dtype=bool)]).max() < 0.03
    assert (train[:, 0] == train[:, 1]).mean() == pytest.approx(1 / 1258, abs=7e-4)


def test_table_repeats_and_depends_on_the_seed():
    first, again, other = (digits.index_table(colored(seed=seed), 1797)[0] for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
