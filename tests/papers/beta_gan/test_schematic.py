"""The schematic heats its points by the formula that training uses."""

import math

import numpy as np
import torch

from pipeline.gan.tempering import anneal
from pipeline.papers.beta_gan import schematic


def test_reflection_is_that_of_training():
    x = np.linspace(-9.7, 9.7, 401)
    expected = anneal.reflect(torch.from_numpy(x), -1.0, 1.0).numpy()
    np.testing.assert_allclose(schematic.reflect(x), expected, atol=1e-12)
    np.testing.assert_allclose(schematic.reflect(np.array([1.25, -1.5, 3.5, 0.3])), [0.75, -0.5, -0.5, 0.3])


def test_heat_has_deviation_one_over_root_beta():
    stream = np.random.default_rng(0)
    data = np.zeros((40_000, 2))
    cloud = schematic.heated(data, 100.0, stream)
    np.testing.assert_allclose(cloud.std(axis=0), 0.1, rtol=0.02)
    assert schematic.heated(data, math.inf, stream) is data
    np.testing.assert_allclose(schematic.heated(data, 0.0, stream).std(axis=0), 1 / math.sqrt(3), rtol=0.02)


def test_drawing_holds_every_point_at_every_temperature():
    settings = {
        "betas": [100.0, 10.0],
        "components": 5,
        "radius": 0.7,
        "sigma": 0.05,
        "points": 50,
        "seed": 3,
    }
    drawing = schematic.schematic({}, **settings)
    assert [row["beta"] for row in drawing.rows[::50]] == ["0", "10", "100", "∞"]
    assert len(drawing.rows) == 200
    assert all(abs(row["x"]) <= 1 and abs(row["y"]) <= 1 for row in drawing.rows)
    assert drawing.rows == schematic.schematic({}, **settings).rows
    assert len(drawing.figure.axes) == 4
