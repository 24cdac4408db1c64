from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from pipeline.base import device, products

SHAPES = [(64, 784, 300), (3, 5, 7), (200, 130, 100), (1, 3000, 1000), (0, 4, 4)]


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(len(shape)))


def test_it_stands_in_wherever_a_stage_computes() -> None:
    assert device.compute is not None
    assert products._installed


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_products_and_gradients_are_those_of_double_precision(
    shape: tuple[int, int, int], dtype: torch.dtype
) -> None:
    rows, inner, columns = shape
    x, weight, bias = (
        random(rows, inner).to(dtype),
        random(columns, inner).to(dtype),
        random(columns).to(dtype),
    )
    leaves = [one.requires_grad_() for one in (x, weight, bias)]
    exact = [one.detach().double().requires_grad_() for one in leaves]
    results = [functional.linear(*one).square().sum(1) for one in (leaves, exact)]
    slopes = [torch.autograd.grad(y.sum(), one) for y, one in zip(results, (leaves, exact), strict=True)]
    for ours, theirs in zip((results[0], *slopes[0]), (results[1], *slopes[1]), strict=True):
        assert ours.dtype == dtype
        scale = float(theirs.detach().abs().max()) if theirs.numel() else 1.0
        torch.testing.assert_close(ours.double(), theirs, rtol=1e-5, atol=1e-5 * scale)


def test_odd_views_and_factors_are_left_to_pytorch() -> None:
    a, b, c = random(300, 400)[:, ::2], random(200, 1).expand(200, 300), random(300, 300)
    expected = 0.5 * c.double() + 2 * (a.double() @ b.double())
    torch.testing.assert_close(
        torch.addmm(c, a, b, beta=0.5, alpha=2).double(), expected, rtol=1e-4, atol=1e-3
    )
    torch.testing.assert_close((a @ b).double(), a.double() @ b.double(), rtol=1e-4, atol=1e-3)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RuntimeError, match="shape"):
        random(300, 400) @ random(300, 400)


def test_a_second_derivative_passes_through() -> None:
    x, weight = random(128, 300).requires_grad_(), random(200, 300).requires_grad_()
    (slope,) = torch.autograd.grad(functional.linear(x, weight).tanh().sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(slope.norm(dim=1).sum(), weight)
    twin = [one.detach().double().requires_grad_() for one in (x, weight)]
    (slope,) = torch.autograd.grad(functional.linear(*twin).tanh().sum(), twin[0], create_graph=True)
    (expected,) = torch.autograd.grad(slope.norm(dim=1).sum(), twin[1])
    torch.testing.assert_close(second.double(), expected, rtol=1e-3, atol=1e-3)
