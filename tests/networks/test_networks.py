from __future__ import annotations

import pytest
import torch
from configs import MLP
from pydantic import TypeAdapter
from torch import nn

from pipeline.base.errors import PipelineError
from pipeline.networks import build_discriminator, build_generator
from pipeline.networks.maxout import MaxoutLayer
from pipeline.params import networks as blocks

MAXOUT = {"kind": "maxout", "units": [6, 4], "pieces": 3, "dropout_input": 0.2, "dropout_hidden": 0.5}


def dcgan(**changes: object) -> dict:
    return {"kind": "dcgan", "channels": 4, "kernel": 4, **changes}


def generator(config: dict, latent: int, shape: tuple[int, ...], seed: int = 0) -> nn.Module:
    return build_generator(TypeAdapter(blocks.Generator).validate_python(config), latent, shape, seed)


def discriminator(config: dict, shape: tuple[int, ...], seed: int = 0) -> nn.Module:
    return build_discriminator(TypeAdapter(blocks.Discriminator).validate_python(config), shape, seed)


@pytest.mark.parametrize("kernel", [4, 5])
@pytest.mark.parametrize("side", [16, 28, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_dcgan_makes_and_judges_images(side: int, channels: int, kernel: int) -> None:
    shape = (channels, side, side)
    images = generator(dcgan(kernel=kernel), 5, shape)(torch.randn(2, 5))
    assert images.shape == (2, *shape)
    assert images.abs().max() <= 1
    output = discriminator(dcgan(kernel=kernel), shape)(images)
    smallest = 7 if side == 28 else 4
    assert output.score.shape == (2,)
    assert output.features.shape == (2, 4 * side // smallest // 2 * smallest**2)


def test_dcgan_mirrors_its_channels_and_normalises_all_but_the_first() -> None:
    convolutions = [m for m in discriminator(dcgan(), (3, 32, 32)).modules() if isinstance(m, nn.Conv2d)]
    assert [m.out_channels for m in convolutions] == [4, 8, 16]
    upward = [m for m in generator(dcgan(), 5, (3, 32, 32)).modules() if isinstance(m, nn.ConvTranspose2d)]
    assert [m.in_channels for m in upward] == [16, 8, 4]
    norms = [m for m in discriminator(dcgan(), (3, 32, 32)).modules() if isinstance(m, nn.BatchNorm2d)]
    assert [m.num_features for m in norms] == [8, 16]


def test_dcgan_refuses_other_sizes() -> None:
    with pytest.raises(PipelineError, match="16, 28, 32, 64"):
        generator(dcgan(), 5, (1, 20, 20))


def test_mlp_has_the_printed_size() -> None:
    """beta_gan, Fig. 2: z(3) | ReLU(128) | ReLU(128) | Linear(3) and x(3) | Tanh(128) x 3 | Sigmoid(1)."""
    count = lambda network: sum(p.numel() for p in network.parameters())  # noqa: E731
    assert count(generator({**MLP, "hidden": [128, 128]}, 3, (3,))) == 512 + 16512 + 387
    assert count(discriminator({**MLP, "hidden": [128] * 3}, (3,))) == 512 + 2 * 16512 + 129


def test_mlp_flattens_and_restores_images() -> None:
    images = generator({**MLP, "batch_norm": True, "output": "sigmoid"}, 4, (1, 6, 6))(torch.randn(3, 4))
    assert images.shape == (3, 1, 6, 6)
    assert images.min() >= 0 and images.max() <= 1
    assert discriminator(MLP, (1, 6, 6))(images).features.shape == (3, 8)


def test_maxout_takes_the_largest_piece() -> None:
    layer = MaxoutLayer(4, 3, 5)
    x = torch.randn(7, 4)
    pieces = (x @ layer.linear.weight.T + layer.linear.bias).reshape(7, 3, 5)
    torch.testing.assert_close(layer(x), pieces.max(2).values)
    assert discriminator(MAXOUT, (1, 6, 6))(torch.randn(2, 1, 6, 6)).score.shape == (2,)


def test_affine_is_its_formula_and_keeps_its_shape() -> None:
    z = torch.randn(5, 2)
    made = generator({"kind": "affine", "shift": 2.0, "scale": 0.5}, 2, (2,))(z)
    torch.testing.assert_close(made, 2 + 0.5 * z)
    with pytest.raises(PipelineError, match="prior.dim is 2"):
        generator({"kind": "affine", "shift": 2.0, "scale": 0.5}, 2, (3,))


@pytest.mark.parametrize(
    ("init", "law"),
    [
        ({"kind": "normal", "std": 0.02}, lambda w: abs(w.std() - 0.02) < 0.002),
        ({"kind": "uniform", "bound": 0.05}, lambda w: 0.049 < w.abs().max() <= 0.05),
        ({"kind": "xavier"}, lambda w: w.abs().max() <= (6 / 128) ** 0.5),
    ],
)
def test_initialisations_follow_their_laws(init: dict, law: object) -> None:
    network = discriminator({**MLP, "hidden": [64, 64], "init": init}, (64,))
    layer = network.trunk[0][3]
    assert law(layer.weight.detach())
    assert not layer.bias.any()


def test_weights_depend_on_the_seed_and_on_nothing_else() -> None:
    torch.manual_seed(5)
    first = generator(MLP, 3, (3,), seed=1).state_dict()
    torch.manual_seed(6)
    torch.rand(9)
    again, other = generator(MLP, 3, (3,), seed=1).state_dict(), generator(MLP, 3, (3,), seed=2).state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


def test_a_feature_layer_and_a_deep_head() -> None:
    config = {**MLP, "features": {"width": 5, "activation": "tanh"}, "head": [7, 6]}
    network = discriminator(config, (3,))
    output = network(torch.randn(4, 3))
    assert network.width == 5
    assert output.features.shape == (4, 5) and output.features.abs().max() < 1
    assert output.score.shape == (4,)
    assert [m.out_features for m in network.head if isinstance(m, nn.Linear)] == [7, 6, 1]


@pytest.mark.parametrize(("side", "maps"), [(28, [6, 2]), (32, [7, 2, 1]), (64, [13, 3, 1, 1])])
def test_stride_five_leaves_maps_of_the_published_sides(side: int, maps: list[int]) -> None:
    """aan, Sec. 6.1: at 64 pixels the convolutions reduce 64 → 13 → 3 → 1 → 1."""
    network = discriminator(dcgan(kernel=5, stride=5), (3, side, side))
    images, sides = torch.randn(2, 3, side, side), []
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(lambda *given: sides.append(given[2].shape[-1]))
    assert network(images).score.shape == (2,)
    assert sides == maps
