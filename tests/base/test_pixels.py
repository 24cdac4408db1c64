"""Pixels and values, as arrays and as tensors."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipeline.base.pixels import to_pixels, to_values

RANGES = [(-1.0, 1.0), (0.0, 1.0)]


@pytest.mark.parametrize("limits", RANGES)
def test_every_pixel_comes_back(limits: tuple[float, float]) -> None:
    pixels = np.arange(256, dtype=np.uint8)
    as_tensor = torch.from_numpy(pixels)
    assert np.array_equal(to_pixels(to_values(pixels, limits), limits), pixels)
    assert torch.equal(to_pixels(to_values(as_tensor, limits), limits), as_tensor)


@pytest.mark.parametrize("limits", RANGES)
def test_the_ends_are_those_of_the_range(limits: tuple[float, float]) -> None:
    ends = torch.tensor([0, 255], dtype=torch.uint8)
    assert to_values(ends, limits).tolist() == list(limits)
    assert to_values(ends.numpy(), limits).tolist() == list(limits)


@pytest.mark.parametrize("limits", RANGES)
def test_values_are_rounded_and_clipped(limits: tuple[float, float]) -> None:
    low, high = limits
    values = torch.tensor([low - 3, low, (low + high) / 2, high, high + 5])
    for array in (values, values.numpy()):
        assert to_pixels(array, limits).tolist() == [0, 0, 128, 255, 255]


def test_points_have_no_pixels() -> None:
    points = torch.tensor([[0.5, -7.0]])
    assert to_values(points, (-1.0, 1.0)) is points
    pixels = np.array([3], dtype=np.uint8)
    assert to_pixels(pixels, (-1.0, 1.0)) is pixels
