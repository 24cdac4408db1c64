"""The denoising autoencoder r of D's features (dfm, Sec. 5): fully connected or convolutional."""

from __future__ import annotations

import math
from itertools import pairwise

from torch import nn

from pipeline.base.errors import PipelineError
from pipeline.params.seams import Convolutional, FullyConnected


def denoiser(config: FullyConnected | Convolutional, features: int) -> nn.Module:
    """A network (batch, features) → (batch, features): ReLU and batch norm in all but the output layer.

    Batch norm always takes the statistics of the batch at hand, so that features of real and of
    generated data are normalised each with their own, and neither leaves a trace in the weights.
    Raises PipelineError when a convolutional denoiser's map does not hold that many features.
    """
    if config.kind == "fully_connected":
        return _fully_connected(config, features)
    if math.prod(config.map) != features:
        raise PipelineError(
            f"guidance.denoiser.map is {config.map}, which holds {math.prod(config.map)} units, but D has "
            f"{features} features: give the map that D's features were flattened from."
        )
    return _convolutional(config)


def _fully_connected(config: FullyConnected, features: int) -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise([features, *[config.width] * config.depth]):
        layers += [
            nn.Linear(inputs, outputs, bias=False),
            nn.BatchNorm1d(outputs, track_running_stats=False),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers, nn.Linear(config.width, features))


def _convolutional(config: Convolutional) -> nn.Module:
    # a map one unit high is convolved along its width alone
    tall, wide = (1 if side == 1 else config.kernel for side in config.map[1:])
    kernel, padding = (tall, wide), (tall // 2, wide // 2)
    layers: list[nn.Module] = [nn.Unflatten(1, tuple(config.map))]
    for inputs, outputs in pairwise([config.map[0], *[config.channels] * config.depth]):
        layers += [
            nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=False),
            nn.BatchNorm2d(outputs, track_running_stats=False),
            nn.ReLU(),
        ]
    return nn.Sequential(
        *layers, nn.Conv2d(config.channels, config.map[0], kernel, padding=padding), nn.Flatten()
    )
