from __future__ import annotations

from typing import Any

import pytest
import torch
from configs import LENS
from torch import nn

from pipeline.networks.lens import lens
from pipeline.params.seams import Lens


def network(shape: tuple[int, ...], **changes: Any) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return lens(Lens.model_validate({**LENS, **changes}), shape)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 7), (5,)])
def test_the_shape_is_kept(shape: tuple[int, ...]) -> None:
    assert network(shape)(torch.randn(4, *shape)).shape == (4, *shape)


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_layers_are_those_of_figure_3(kernel: int) -> None:
    """A first and a last layer and two in each block, all of stride 1, with one width between."""
    layers = [m for m in network((3, 8, 8), kernel=kernel, blocks=8).modules() if isinstance(m, nn.Conv2d)]
    assert [m.in_channels for m in layers] == [3, *[6] * 17]
    assert [m.out_channels for m in layers] == [*[6] * 17, 3]
    assert {(m.kernel_size, m.stride) for m in layers} == {((kernel, kernel), (1, 1))}


def test_a_block_is_its_input_plus_two_layers_with_a_relu_between() -> None:
    made = network((2, 6, 6), blocks=1)
    first, block, last = made.inner
    x = torch.randn(3, 2, 6, 6)
    wide = first(x)
    inner = block.inner[2](block.inner[0](wide).clamp(min=0))
    torch.testing.assert_close(made(x), x + last(wide + inner))


@pytest.mark.parametrize("shape", [(1, 8, 8), (3,)])
def test_the_outer_skip_makes_the_identity_reachable_outside_any_range(shape: tuple[int, ...]) -> None:
    made, x = network(shape), 50 * torch.randn(4, *shape)
    assert not torch.allclose(made(x), x, rtol=0.05)
    nn.init.zeros_(made.inner[-1].weight)
    nn.init.zeros_(made.inner[-1].bias)
    assert torch.equal(made(x), x)


def test_points_get_linear_layers() -> None:
    made = network((3,), width=7, blocks=2)
    sizes = [(m.in_features, m.out_features) for m in made.modules() if isinstance(m, nn.Linear)]
    assert sizes == [(3, 7), (7, 7), (7, 7), (7, 7), (7, 7), (7, 3)]
