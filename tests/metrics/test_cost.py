from __future__ import annotations

import numpy as np
import torch
from configs import DENOISING
from metric_subjects import subject

from pipeline.metrics import measure
from pipeline.metrics.cost import cost
from pipeline.params.metrics import Cost

BLOCK = Cost(kind="cost")
POINTS = np.zeros((20, 3), np.float32)


def test_a_step_of_two_small_networks_by_hand() -> None:
    """G is 3 → 8 → 3 and D is 3 → 8 → 1, at 16 examples in a batch."""
    g, d = 3 * 8 + 8 * 3, 3 * 8 + 8 * 1
    discriminator = g + 2 * d + 2 * d + 2 * 8  # both forwards; slopes of weights, and of the hidden layer
    generator = (g + d) + d + g + 8 * 3  # through D to its input, then as above
    found = measure(BLOCK, subject(POINTS))
    assert found == {"multiply_adds": 16 * (discriminator + generator), "weights": 59 + 41}


def test_a_denoiser_costs_its_forwards_and_its_own_update() -> None:
    plain, guided = (
        measure(BLOCK, subject(POINTS, train__guidance=guide)) for guide in ({"kind": "none"}, DENOISING)
    )
    layers = 8 * 8 + 8 * 8 + 8 * 8
    assert guided["multiply_adds"] - plain["multiply_adds"] == 16 * (2 * layers + layers + 2 * 64)
    assert guided["weights"] - plain["weights"] == 2 * (64 + 16) + 64 + 8


def test_counting_leaves_chance_alone_and_happens_once() -> None:
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    one = subject(POINTS)
    first = cost(BLOCK, one)
    assert torch.equal(torch.rand(2), expected)
    one.cache["cost"] = (1.0, 2.0)
    assert cost(BLOCK, one) == (1.0, 2.0) != first
