"""Crops of photographs: where they lie, and that splits share no pixel."""

import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.datasets import patches
from pipeline.params.datasets import Patches, Splits


def block(size=32, validation=0.1, test=0.2):
    splits = Splits(validation=validation, test=test, seed=0)
    return Patches(kind="patches", size=size, count=400, seed=0, splits=splits)


@pytest.fixture
def painted(tmp_path):
    """Two photographs whose pixels tell photograph, row and column: (row, column, photograph)."""
    rows, columns = np.indices((427, 640))
    for number, name in enumerate(Patches.photographs):
        picture = np.stack(
            [rows % 256, columns % 256, 2 * (columns // 256) + 8 * (rows // 256) + number], axis=2
        )
        np.save(tmp_path / f"{name}.npy", picture.astype(np.uint8))
    return tmp_path


def positions(data):
    """(photograph, row, column) of every pixel of the crops, (count, 3, size, size)."""
    rows, columns, code = data[:, 0].astype(int), data[:, 1].astype(int), data[:, 2].astype(int)
    return np.stack([code % 2, rows + 256 * (code // 8), columns + 256 * (code % 8 // 2)], axis=1)


def test_crops_are_whole_and_lie_in_the_cell_of_their_class(painted):
    prepared = patches.prepare(block(), painted)
    assert prepared.data.shape == (400, 3, 32, 32) and prepared.classes == [16]
    photograph, rows, columns = np.moveaxis(positions(prepared.data), 1, 0)
    np.testing.assert_array_equal(np.diff(rows, axis=1), 1)
    np.testing.assert_array_equal(np.diff(columns, axis=2), 1)
    cells = photograph * 8 + rows // 213 * 4 + columns // 160
    np.testing.assert_array_equal(cells, np.broadcast_to(prepared.labels[:, None, None], cells.shape))


def test_splits_share_no_pixel(painted):
    prepared = patches.prepare(block(), painted)
    places = np.moveaxis(positions(prepared.data), 1, -1)
    pixels = [set(map(tuple, places[prepared.split == code].reshape(-1, 3).tolist())) for code in range(3)]
    assert all(len(held) > 1000 for held in pixels)
    assert not pixels[0] & pixels[1] and not pixels[0] & pixels[2] and not pixels[1] & pixels[2]


def test_stripes_fill_the_cell():
    config = block()
    stripes = [place for code in range(3) for place in patches.regions(config, (427, 640), 5, code)]
    assert sum(stripe.width for stripe in stripes) == 160
    assert sorted(stripe.left for stripe in stripes)[0] == 160
    assert {(stripe.top, stripe.height) for stripe in stripes} == {(213, 213)}


def test_too_large_patches_are_refused(painted):
    with pytest.raises(PipelineError, match="leave no room"):
        patches.prepare(block(size=64), painted)


def test_crops_come_from_the_real_photographs(raw):
    prepared = patches.prepare(block(), raw("photographs"))
    china = np.load(raw("photographs") / "china.npy")
    first = int(np.flatnonzero(prepared.labels < 8)[0])
    windows = np.lib.stride_tricks.sliding_window_view(china[..., 0], (32, 32))
    assert (windows == prepared.data[first, 0]).all(axis=(2, 3)).any()
