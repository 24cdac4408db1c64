"""A hash of every kind of arithmetic that the papers need, to be compared between machines.

Each part is small, and drawn from a stream of its own name, so that a part that differs names its library.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.base.bits import operations
from pipeline.base.bits.operations import digest
from pipeline.base.bits.training import Maxout, flat, images, penalised, points, trained, upward

__all__ = ["PARTS", "digest"]

PARTS: dict[str, Callable[[], Any]] = {
    "torch random numbers": operations.randomness,
    "torch products": operations.products,
    "torch reductions": operations.reductions,
    "torch functions": operations.functions,
    "torch normalisations": operations.normalisations,
    "torch pooling": operations.pooling,
    "torch distances": operations.distances,
    "torch algebra": operations.torch_algebra,
    "numpy algebra": operations.numpy_algebra,
    "numpy functions": operations.numpy_functions,
    "scipy": operations.scipy_parts,
    "sklearn": operations.sklearn_parts,
    "resizing": operations.resizing,
    "gradient penalty": penalised,
    "train points adam": lambda: trained("points", points(), (64, 3), "adam"),
    "train points momentum": lambda: trained("points", points(), (64, 3), "momentum"),
    "train points fused momentum": lambda: trained("points", points(), (64, 3), "fused momentum"),
    "train flat adam": lambda: trained("flat", flat(), (32, 784), "adam"),
    "train maxout momentum": lambda: trained("maxout", Maxout(), (50, 64), "momentum"),
    "train upward adam": lambda: trained("upward", upward(), (16, 20), "adam"),
    "train images adam": lambda: trained("images", images(), (16, 1, 12, 12), "adam"),
    "torch convolutions": lambda: operations.convolutions(transposed=False),
    "torch transposed convolutions": lambda: operations.convolutions(transposed=True),
}
