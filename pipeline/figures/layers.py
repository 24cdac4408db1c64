"""The networks of an experiment as the code builds them, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.params.networks import Networks

if TYPE_CHECKING:
    from torch import nn


def build(networks: Networks, latent: int, shape: Sequence[int]) -> tuple[nn.Module, nn.Module]:
    """Generator and discriminator of a block, for data of `shape`."""
    from pipeline.networks import build_discriminator, build_generator

    size = tuple(shape)
    generator = build_generator(networks.generator, latent, size, seed=0)
    return generator, build_discriminator(networks.discriminator, size, seed=0)


def outputs(network: nn.Module, given: Sequence[int]) -> list[tuple[nn.Module, tuple[int, ...]]]:
    """Every layer that has no parts, in the order of use, and the shape of its output for one input."""
    import torch

    found: list[tuple[nn.Module, tuple[int, ...]]] = []

    def note(layer: nn.Module, _: Any, output: torch.Tensor) -> None:
        found.append((layer, tuple(output.shape[1:])))

    leaves = [layer for layer in network.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(note) for layer in leaves]
    with torch.no_grad():
        network.eval()(torch.zeros(1, *given))
    for hook in hooks:
        hook.remove()
    return found


def count(network: nn.Module) -> int:
    """Number of trained values."""
    return sum(parameter.numel() for parameter in network.parameters())


def shape_text(shape: Sequence[int], unit: int | None = None, name: str = "") -> str:
    """A shape, its channels as a multiple of `unit` if they are: (128, 4, 4) is '4C×4×4' at C = 32."""
    first, *rest = shape
    text = str(first)
    if unit and rest and first % unit == 0:
        text = name if first == unit else f"{first // unit}{name}"
    return "×".join([text, *map(str, rest)])
