"""The networks of suites/paper have the layers and sizes that the papers print."""

from __future__ import annotations

import pytest
import torch
from engines import ROOT
from torch import nn

from pipeline import params
from pipeline.networks import build_discriminator, build_generator
from pipeline.networks.denoiser import denoiser
from pipeline.networks.lens import lens
from pipeline.params import Params
from pipeline.params.experiment import Train
from pipeline.params.seams import RBM, Denoising, Lens

Sizes = tuple[int, ...]


@pytest.fixture(scope="module")
def suite() -> Params:
    return params.load(ROOT / "suites/paper/params.yaml")


def build(suite: Params, name: str) -> tuple[Train, nn.Module, nn.Module]:
    """An experiment's training block and its networks, with shapes and no memory."""
    experiment = suite.experiments[name]
    train, shape = experiment.train, suite.datasets[experiment.dataset].prepare.shape
    with torch.device("meta"):
        generator = build_generator(train.networks.generator, train.prior.dim, shape, 0)
        return train, generator, build_discriminator(train.networks.discriminator, shape, 0)


def weights(network: nn.Module) -> int:
    """Entries of matrices and kernels."""
    return sum(p.numel() for p in network.parameters() if p.ndim > 1)


def linears(network: nn.Module) -> list[Sizes]:
    return [(m.in_features, m.out_features) for m in network.modules() if isinstance(m, nn.Linear)]


def convolutions(network: nn.Module) -> list[Sizes]:
    """In, out, kernel and stride of each."""
    kinds = (nn.Conv2d, nn.ConvTranspose2d)
    found = [m for m in network.modules() if isinstance(m, kinds)]
    return [(m.in_channels, m.out_channels, m.kernel_size[0], m.stride[0]) for m in found]


def norms(network: nn.Module) -> int:
    return sum(isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d) for m in network.modules())


def test_every_experiment_has_networks_that_can_be_built(suite: Params) -> None:
    for name in suite.experiments:
        train, _, discriminator = build(suite, name)
        if isinstance(train.prior, RBM):
            assert discriminator.width == train.prior.dim
        if isinstance(train.guidance, Denoising):
            with torch.device("meta"):
                denoiser(train.guidance.denoiser, discriminator.width)


def test_goodfellows_networks(suite: Params) -> None:
    _, generator, discriminator = build(suite, "table1_mnist")
    assert linears(generator) == [(100, 1200), (1200, 1200), (1200, 784)]
    assert linears(discriminator) == [(784, 240 * 5), (240, 240 * 5), (240, 1)]
    _, generator, discriminator = build(suite, "table1_tfd0")
    assert linears(generator) == [(100, 8000), (8000, 8000), (8000, 2304)]
    assert [type(m).__name__ for m in generator if not list(m.parameters())][:3] == [
        "ReLU", "Sigmoid", "Sigmoid",
    ]  # fmt: skip
    assert linears(discriminator) == [(2304, 1200 * 5), (1200, 1200 * 5), (1200, 1)]


def test_beta_gan_prints_its_fully_connected_networks(suite: Params) -> None:
    _, generator, discriminator = build(suite, "five_beta_1e-4")
    assert linears(generator) == [(3, 128), (128, 128), (128, 3)]
    assert linears(discriminator) == [(3, 128), (128, 128), (128, 128), (128, 1)]
    _, generator, discriminator = build(suite, "digits_beta")
    assert linears(generator) == [(784, 256), (256, 256), (256, 256), (256, 784)]
    assert linears(discriminator) == [(784, 256), (256, 512), (512, 512), (512, 1)]
    assert (norms(generator), norms(discriminator)) == (3, 3)


def test_beta_gans_faces_have_a_first_layer_of_201_million_weights(suite: Params) -> None:
    train, generator, _ = build(suite, "faces_beta")
    assert linears(generator) == [(12288, 16384)] and 12288 * 16384 == 201_326_592
    assert train.prior.dim == 64 * 64 * 3
    assert isinstance(list(generator.children())[-1], nn.Identity)


@pytest.mark.parametrize(("name", "visible"), [("faces_aan_1000", 1000), ("faces_aan_100", 100)])
def test_aans_discriminator(suite: Params, name: str, visible: int) -> None:
    """Sec. 6.1: depths 64, 128, 256, 512, filters of five, the RBM's layer, two layers of 500."""
    train, generator, discriminator = build(suite, name)
    assert convolutions(discriminator) == [
        (inputs, outputs, 5, 2) for inputs, outputs in ((3, 64), (64, 128), (128, 256), (256, 512))
    ]
    assert linears(discriminator) == [(512 * 4 * 4, visible), (visible, 500), (500, 500), (500, 1)]
    assert norms(discriminator) == 3
    assert linears(generator) == [(visible, 4 * 4 * 512)]
    assert isinstance(train.prior, RBM) and train.prior.hidden == visible


def test_aans_printed_stride_leaves_one_pixel(suite: Params) -> None:
    _, _, discriminator = build(suite, "faces_aan_stride5")
    assert {stride for *_, stride in convolutions(discriminator)} == {5}
    assert linears(discriminator)[0] == (512, 100)


def test_tempereds_networks(suite: Params) -> None:
    """Fig. 3: 4×4 kernels at C = 32, batch norm in both, 8 blocks of 3×3 in the lens; WGAN-GP at 5×5."""
    train, generator, discriminator = build(suite, "color_lens")
    assert convolutions(generator) == [(128, 64, 4, 2), (64, 32, 4, 2), (32, 3, 4, 2)]
    assert convolutions(discriminator) == [(3, 32, 4, 2), (32, 64, 4, 2), (64, 128, 4, 2)]
    assert norms(generator) == 3 and norms(discriminator) == 2
    assert isinstance(train.tempering, Lens)
    with torch.device("meta"):
        layers = convolutions(lens(train.tempering, (3, 32, 32)))
    assert layers == [(3, 64, 3, 1), *[(64, 64, 3, 1)] * 16, (64, 3, 3, 1)]
    _, generator, critic = build(suite, "cifar_wgan")
    assert convolutions(critic) == [(3, 128, 5, 2), (128, 256, 5, 2), (256, 512, 5, 2)]
    assert norms(critic) == 0 and norms(generator) == 3


@pytest.mark.parametrize(
    ("name", "millions"), [("imagenet_dfm", 6.67), ("cifar_dfm", 1.55), ("cifar_dfm_half_weights", 3.34)]
)
def test_weights_of_dfms_generators(suite: Params, name: str, millions: float) -> None:
    """Radford et al.'s, with half the channels at z of 100, and with half the weights at z of 256."""
    assert weights(build(suite, name)[1]) / 1e6 == pytest.approx(millions, rel=0.02)


@pytest.mark.parametrize(
    ("name", "features", "width"),
    [
        ("cifar_dfm", 4096, 4096),
        ("stl_dfm", 9216, 9216),
        ("imagenet_dfm", 8192, 2048),
        ("imagenet_dfm_2048", 2048, 2048),
    ],
)
def test_dfms_features_and_denoisers(suite: Params, name: str, features: int, width: int) -> None:
    """Sec. 5.3: ten hidden layers; rectified features."""
    train, _, discriminator = build(suite, name)
    assert discriminator.width == features and isinstance(train.guidance, Denoising)
    with torch.device("meta"):
        layers = linears(denoiser(train.guidance.denoiser, features))
    assert layers == [(features, width), *[(width, width)] * 9, (width, features)]
    activations = [m for m in discriminator.trunk.modules() if isinstance(m, nn.ReLU | nn.LeakyReLU)]
    assert isinstance(activations[-1], nn.ReLU)
