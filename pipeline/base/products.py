"""Large matrix products through oneDNN where arithmetic is portable.

What MKL computes alike on every processor it computes without AVX, several times slower. oneDNN held to AVX2
has one kernel for all of them; a call costs more, so that small products stay with MKL.
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor

# Multiplications of a product from which on oneDNN was faster, by measurement
LARGE = 2**21
_installed: list[torch.library.Library] = []


def install() -> None:
    """Take over PyTorch's `mm` and `addmm` on the CPU, gradients included, while the process lives."""
    if _installed or not torch.backends.mkldnn.is_available():
        return
    library = torch.library.Library("aten", "IMPL")
    with warnings.catch_warnings():
        # PyTorch warns of every kernel that takes another's place
        warnings.simplefilter("ignore")
        library.impl("mm", product, "CPU")
        library.impl("addmm", product_and_sum, "CPU")
    _installed.append(library)


def product(a: Tensor, b: Tensor) -> Tensor:
    """a @ b, shapes (rows, inner) and (inner, columns)."""
    if suitable(a, b):
        return one_dnn(a, b, None)
    return torch.ops.aten.mm.out(a, b, out=a.new_empty(a.shape[0], b.shape[1]))


def product_and_sum(c: Tensor, a: Tensor, b: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta · c + alpha · a @ b, as networks' layers need it: with a bias of shape (columns,)."""
    if alpha == beta == 1 and c.shape == b.shape[1:] and c.is_contiguous() and suitable(a, b):
        return one_dnn(a, b, c)
    out = a.new_empty(a.shape[0], b.shape[1])
    return torch.ops.aten.addmm.out(c, a, b, beta=beta, alpha=alpha, out=out)


def one_dnn(a: Tensor, b: Tensor, bias: Tensor | None) -> Tensor:
    return torch.ops.mkldnn._linear_pointwise(a, b.t(), bias, "none", [], "")


def suitable(a: Tensor, b: Tensor) -> bool:
    """Whether it is large, of single precision, and lies in memory as a matrix or its transpose."""
    return (
        a.dtype == b.dtype == torch.float32
        and a.shape[1] == b.shape[0]
        and a.shape[0] * a.shape[1] * b.shape[1] >= LARGE
        and all(one.is_contiguous() or one.t().is_contiguous() for one in (a, b))
    )
