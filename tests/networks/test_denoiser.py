from __future__ import annotations

import pytest
import torch
from pydantic import TypeAdapter
from torch import nn

from pipeline.base.errors import PipelineError
from pipeline.networks.denoiser import denoiser
from pipeline.params.seams import Denoiser

CONVOLUTIONAL = {"kind": "convolutional", "depth": 3, "channels": 4, "kernel": 3, "map": [2, 5, 5]}


def build(features: int, **config: object) -> nn.Module:
    return denoiser(TypeAdapter(Denoiser).validate_python(config), features)


def test_imagenets_denoiser_has_ten_hidden_layers_of_2048() -> None:
    with torch.device("meta"):
        network = build(8192, kind="fully_connected", depth=10, width=2048)
    linear = [m for m in network if isinstance(m, nn.Linear)]
    assert [m.out_features for m in linear] == [2048] * 10 + [8192]
    kinds = [type(m).__name__ for m in network]
    assert kinds == ["Linear", "BatchNorm1d", "ReLU"] * 10 + ["Linear"]


def test_a_convolutional_denoiser_reads_the_features_as_their_map() -> None:
    network = build(50, **CONVOLUTIONAL)
    features = torch.randn(6, 50)
    assert network(features).shape == (6, 50)
    assert [type(m).__name__ for m in network].count("BatchNorm2d") == 3
    assert not isinstance(network[-2], nn.BatchNorm2d)
    # an output depends on no unit farther away than four kernels of three reach
    network.eval()
    single = features[:1].clone().requires_grad_()
    corner = nn.Sequential(*[m for m in network if not isinstance(m, nn.BatchNorm2d)])(single)[0, 0]
    (slope,) = torch.autograd.grad(corner, single)
    assert slope.view(2, 5, 5)[:, 4, 4].abs().max() > 0
    short = build(50, **{**CONVOLUTIONAL, "depth": 1})
    corner = nn.Sequential(*[m for m in short if not isinstance(m, nn.BatchNorm2d)])(single)[0, 0]
    (slope,) = torch.autograd.grad(corner, single)
    assert slope.view(2, 5, 5)[:, 3:, 3:].abs().max() == 0


def test_a_feature_vector_is_convolved_along_itself() -> None:
    network = build(12, **{**CONVOLUTIONAL, "map": [1, 1, 12]})
    assert network(torch.randn(6, 12)).shape == (6, 12)
    assert network[1].kernel_size == (1, 3)


def test_a_map_that_does_not_hold_the_features_is_refused() -> None:
    with pytest.raises(PipelineError, match="holds 50 units, but D has 64"):
        build(64, **CONVOLUTIONAL)
