from __future__ import annotations

import pytest
import torch
from pydantic import TypeAdapter
from torch import nn

from pipeline.base.errors import PipelineError
from pipeline.networks import build_discriminator, build_generator
from pipeline.params import networks as blocks


def generator(channels: int, latent: int, shape: tuple[int, ...]) -> nn.Module:
    block = TypeAdapter(blocks.Generator).validate_python({"kind": "conv3", "channels": channels})
    return build_generator(block, latent, shape, 0)


def discriminator(shape: tuple[int, ...], **changes: object) -> nn.Module:
    config = {"kind": "conv3", "channels": 4, "last": "relu", **changes}
    return build_discriminator(TypeAdapter(blocks.Discriminator).validate_python(config), shape, 0)


@pytest.mark.parametrize(
    ("channels", "latent", "millions"),
    [(128, 256, 6.67), (64, 256, 2.19), (64, 128, 1.67), (64, 100, 1.55)],
)
def test_weights_of_the_printed_architecture(channels: int, latent: int, millions: float) -> None:
    """Radford et al.'s 32×32 generator, and dfm's with half the channels at three widths of z."""
    network = generator(channels, latent, (3, 32, 32))
    assert sum(p.numel() for p in network.parameters() if p.ndim > 1) / 1e6 == pytest.approx(
        millions, abs=5e-3
    )


@pytest.mark.parametrize(("side", "base", "levels"), [(16, 4, 2), (28, 7, 2), (32, 4, 3), (48, 6, 3)])
def test_images_come_out_and_go_in_at_every_size(side: int, base: int, levels: int) -> None:
    shape = (3, side, side)
    images = generator(4, 5, shape)(torch.randn(2, 5))
    assert images.shape == (2, *shape) and images.abs().max() <= 1
    output = discriminator(shape)(images)
    assert output.features.shape == (2, 4 * 2 ** (levels - 1) * base**2)


def test_the_discriminator_mirrors_the_generator() -> None:
    convolutions = [m for m in discriminator((3, 32, 32)).modules() if isinstance(m, nn.Conv2d)]
    assert [(m.out_channels, m.stride[0]) for m in convolutions] == [
        (4, 1), (4, 2), (8, 1), (8, 2), (16, 1), (16, 2),
    ]  # fmt: skip
    upward = [m for m in generator(4, 5, (3, 32, 32)).modules() if isinstance(m, nn.Conv2d)]
    assert [(m.in_channels, m.out_channels) for m in upward] == [
        (16, 16), (16, 8), (8, 8), (8, 4), (4, 4), (4, 3),
    ]  # fmt: skip


def test_the_features_are_rectified_and_the_rest_leaks() -> None:
    names = [type(m).__name__ for m in discriminator((3, 32, 32)).modules()]
    assert [name for name in names if "ReLU" in name] == ["LeakyReLU"] * 5 + ["ReLU"]
    assert discriminator((3, 32, 32))(torch.randn(3, 3, 32, 32)).features.min() >= 0
    reduced = discriminator((3, 32, 32), last="leaky_relu", features={"width": 7, "activation": "relu"})
    assert reduced(torch.randn(3, 3, 32, 32)).features.shape == (3, 7)


def test_other_sizes_are_refused() -> None:
    with pytest.raises(PipelineError, match="16, 28, 32, 48 pixels"):
        generator(4, 5, (3, 64, 64))
