"""A small convolutional classifier, trained on a data set's own labels: its feature network.

Its last hidden layer is the feature space of FID, KID, precision and recall, and its classes are
those of the Inception score, where Inception's own features mean little.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pipeline.base import weights
from pipeline.base.errors import PipelineError
from pipeline.base.files import reading
from pipeline.base.progress import track
from pipeline.base.random_streams import torch_stream
from pipeline.datasets import Dataset
from pipeline.networks.layers import seeded
from pipeline.params.datasets import Classifier as Config

BATCH = 500


class Classifier(nn.Module):
    """Three strided convolutions, one hidden layer of `features` ReLU units, one output layer a factor.

    shape: (channels, height, width) of the images. classes: number of classes of each factor.
    """

    def __init__(self, shape: Sequence[int], classes: Sequence[int], width: int, features: int) -> None:
        super().__init__()
        self.architecture = {
            "shape": list(shape),
            "classes": list(classes),
            "width": width,
            "features": features,
        }
        channels, *sides = shape
        self.body = nn.Sequential(
            *_convolution(channels, width, kernel=5),
            *_convolution(width, 2 * width, kernel=3),
            *_convolution(2 * width, 4 * width, kernel=3),
            nn.Flatten(),
            nn.Linear(4 * width * math.prod(math.ceil(side / 8) for side in sides), features),
            nn.ReLU(),
        )
        self.heads = nn.ModuleList(nn.Linear(features, number) for number in classes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, features) and logits (n, joint classes).

        images: (n, channels, height, width), uint8 or float in [−1, 1]. The joint classes are all
        combinations of the factors' classes, the last factor running fastest; as the factors are
        independent given the features, joint logits are sums of the factors' logits.
        """
        features = self.features(images)
        joint, *others = self.factors(features)
        for logits in others:
            joint = (joint[:, :, None] + logits[:, None, :]).flatten(1)
        return features, joint

    def features(self, images: Tensor) -> Tensor:
        pixels = images if images.is_floating_point() else images / 127.5 - 1
        return self.body(pixels)

    def factors(self, features: Tensor) -> list[Tensor]:
        """Logits of each factor, (n, classes of the factor)."""
        return [head(features) for head in self.heads]


def fit(config: Config, dataset: Dataset, path: Path) -> dict[str, Any]:
    """Train on the training split, write the weights to `path`, and measure on the test split.

    Runs on one thread of the CPU from named random streams, so that it repeats bit for bit. Gives
    the accuracy of each factor and of all factors together.
    Raises PipelineError when there is nothing to classify or nothing to test on.
    """
    classes = dataset.about["classes"]
    images, labels = _tensors(dataset, "train")
    if math.prod(classes) < 2:
        raise PipelineError(
            f"'{dataset.name}' has a single class, so a classifier has nothing to learn: give it another "
            "kind of extractor."
        )
    if len(labels) and labels.min() < 0:
        raise PipelineError(
            f"The training images of '{dataset.name}' have no labels, so a classifier has nothing to learn: "
            "give it another kind of extractor."
        )
    if not dataset.part("test")[0].size or not len(images):
        raise PipelineError(
            f"'{dataset.name}' has no training or no test examples: change prepare.splits, since its "
            "classifier needs both."
        )
    with _repeatable():
        network = _network(config, dataset)
        _train(network, config, images, labels)
        hits = _hits(network, dataset)
    weights.save(path, {"architecture": network.architecture, "state": network.state_dict()})
    return {
        "test_accuracy": hits.all(axis=1).mean().item(),
        "test_accuracy_factors": hits.mean(axis=0).tolist(),
        "test_count": len(hits),
        "classes": classes,
        "features": config.features,
    }


def load(path: Path) -> Classifier:
    """A trained classifier in evaluation mode, on the CPU.

    Raises PipelineError when the file is missing or is no classifier.
    """
    maker = f"`python -m pipeline extractor {path.stem}`"
    content = weights.load(path, maker, names=("architecture", "state"))
    with reading(path, maker):
        network = Classifier(**content["architecture"])
        network.load_state_dict(content["state"])
    return network.eval().requires_grad_(False)


def probabilities(path: Path, images: np.ndarray) -> np.ndarray:
    """P(joint class | image), float32 (n, joint classes), of images uint8 (n, channels, height, width)."""
    network = load(path)
    with torch.inference_mode():
        parts = [network(batch)[1].softmax(dim=1) for batch in torch.from_numpy(images).split(BATCH)]
    return torch.cat(parts).numpy()


def _convolution(inputs: int, outputs: int, kernel: int) -> Iterator[nn.Module]:
    """A convolution that halves each side, rounding up."""
    yield nn.Conv2d(inputs, outputs, kernel, stride=2, padding=kernel // 2, bias=False)
    yield nn.BatchNorm2d(outputs)
    yield nn.ReLU()


def _network(config: Config, dataset: Dataset) -> Classifier:
    with seeded(config.seed, "classifier initialisation"):
        return Classifier(dataset.data.shape[1:], dataset.about["classes"], config.width, config.features)


def _train(network: Classifier, config: Config, images: Tensor, labels: Tensor) -> None:
    """Minimise the sum of the factors' cross-entropies with Adam, its rate falling to 0 along a cosine."""
    order = torch_stream(config.seed, "classifier order")
    optimizer = torch.optim.Adam(network.parameters(), lr=config.lr)
    per_epoch = max(1, len(images) // config.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.epochs * per_epoch)
    network.train()
    for _ in track(range(config.epochs), "classifier", total=config.epochs):
        shuffled = torch.randperm(len(images), generator=order)
        for rows in shuffled.split(config.batch)[:per_epoch]:
            logits = network.factors(network.features(images[rows]))
            pairs = zip(logits, labels[rows].unbind(1), strict=True)
            loss = torch.stack([nn.functional.cross_entropy(*pair) for pair in pairs]).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    network.eval()


def _hits(network: Classifier, dataset: Dataset) -> np.ndarray:
    """Which factors of each test example are recognised, bool (n, factors)."""
    images, labels = _tensors(dataset, "test")
    with torch.inference_mode():
        parts = [network.factors(network.features(batch)) for batch in images.split(BATCH)]
    guesses = torch.cat([torch.stack([logits.argmax(1) for logits in part], dim=1) for part in parts])
    return (guesses == labels).numpy()


def _tensors(dataset: Dataset, split: str) -> tuple[Tensor, Tensor]:
    """Images uint8 and labels int64 (n, factors)."""
    images, labels = dataset.part(split)
    return torch.from_numpy(images), torch.from_numpy(labels).reshape(len(labels), -1)


@contextmanager
def _repeatable() -> Iterator[None]:
    """One thread and deterministic kernels: the number of threads changes the last bits."""
    threads = torch.get_num_threads()
    deterministic = torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(deterministic)
