"""Vector arithmetic and turn vectors on latents of samples that a classifier picked (gan, Fig. 7 and 8).

They are new samples of the last snapshot, each made of others that were classified before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pipeline.base.pixels import to_pixels, to_values
from pipeline.base.random_streams import numpy_stream
from pipeline.gan.sampling import Sampler
from pipeline.networks import classifier
from pipeline.params.concepts import Arithmetic, Concepts, Turn

BATCH = 500
NEIGHBOURS = 8


class AttributeClassifier:
    """What a data set's classifier says of images: the probabilities of each factor's classes, and who is
    shown.

    names: factor → number of its classes, in the order of the labels.
    """

    def __init__(self, network: classifier.Classifier, names: Mapping[str, int]) -> None:
        self.network, self.names = network, list(names)

    @torch.no_grad()
    def probabilities(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """Factor → P(class | image), (n, classes), of images uint8 (n, channels, height, width)."""
        logits = self.network.factors(self._features(images))
        return {
            name: part.softmax(dim=1).cpu().numpy() for name, part in zip(self.names, logits, strict=True)
        }

    @torch.no_grad()
    def identity(self, images: np.ndarray, apart_from: str) -> np.ndarray:
        """Features (n, d) without the directions that tell the classes of one factor from each other."""
        weight = torch.as_tensor(self.network.heads[self.names.index(apart_from)].weight)
        basis, _ = torch.linalg.qr((weight[1:] - weight[:1]).T)
        features = self._features(images)
        return (features - features @ basis @ basis.T).cpu().numpy()

    def _features(self, images: np.ndarray) -> Tensor:
        device = next(self.network.parameters()).device
        parts = torch.from_numpy(images).split(BATCH)
        return torch.cat([self.network.features(part.to(device)) for part in parts])


@dataclass(frozen=True)
class Pool:
    """Samples of one run that exemplars are picked from: latents (n, dim), and factor → P(class | sample)."""

    config: Concepts
    sampler: Sampler
    classifier: AttributeClassifier
    latents: Tensor
    probabilities: Mapping[str, np.ndarray]

    @classmethod
    def drawn(cls, config: Concepts, sampler: Sampler, classifier: AttributeClassifier) -> Pool:
        latents = sampler.latents(config.pool, "concepts")
        parts = [classifier.probabilities(pictures(sampler, part)) for part in latents.split(BATCH)]
        probabilities = {name: np.concatenate([part[name] for part in parts]) for name in classifier.names}
        return cls(config, sampler, classifier, latents, probabilities)

    def showing(self, wanted: Mapping[str, int]) -> np.ndarray:
        """Rows of the samples that show every wanted class with at least the probability asked for."""
        sure = [
            self.probabilities[name][:, number] >= self.config.confidence for name, number in wanted.items()
        ]
        return np.flatnonzero(np.all(sure, axis=0))

    def of(self, rows: np.ndarray) -> Tensor:
        """Latents of rows, (*rows.shape, dim)."""
        return self.latents[torch.from_numpy(rows).to(self.latents.device)]

    def stream(self, name: str) -> np.random.Generator:
        return numpy_stream(self.config.seed, f"{name}/{self.sampler.seed}")


def maker(
    config: Concepts, factors: Mapping[str, int], weights: Path, device: torch.device
) -> Callable[[Sampler], dict[str, np.ndarray]]:
    """What gives all the concepts of a run, of the snapshot that its sampler has loaded.

    Names of an expression begin with arithmetic_<attribute>_, those of the turn vector with turn_. factors:
    those of the data set's labels, by name. weights: of the classifier that was trained on them.
    Raises PipelineError when they are missing or damaged.
    """
    attributes = AttributeClassifier(classifier.load(weights).to(device), factors)

    def make(sampler: Sampler) -> dict[str, np.ndarray]:
        pool = Pool.drawn(config, sampler, attributes)
        kept: dict[str, np.ndarray] = {}
        for each in config.arithmetic:
            found = arithmetic(each, pool)
            kept |= {f"arithmetic_{each.attribute}_{name}": array for name, array in found.items()}
        if config.turn is not None:
            kept |= {f"turn_{name}": array for name, array in turn(config.turn, pool).items()}
        return kept

    return make


def arithmetic(config: Arithmetic, pool: Pool) -> dict[str, np.ndarray]:
    """found: int64 (3,), samples in the pool that show carrier with attribute, carrier, and receiver. Where
    they are too few for the exemplars, nothing else is kept.

    probabilities: float32 (triplets, 3), P(attribute) of G(Y), of a control whose carriers with the
    attribute are replaced by other carriers without it, and of Y's counterpart among pixels.
    exemplars uint8 (3, exemplars, *image), means (3, *image), grid (9, *image) with G(Y) amid G(Y + u),
    pixels (4, *image), mean images of the three and their sum with signs: of the first triplet.
    """
    count, attribute = config.exemplars, config.attribute
    shown = [
        pool.showing({**others, attribute: present})
        for others, present in ((config.carrier, 1), (config.carrier, 0), (config.receiver, 0))
    ]
    kept = {"found": np.array([len(rows) for rows in shown])}
    if any(len(rows) < needed for rows, needed in zip(shown, (count, 2 * count, count), strict=True)):
        return kept
    stream = pool.stream(attribute)
    rows = np.stack([_triplet(shown, count, stream) for _ in range(config.triplets)])
    # z̄ of the carriers with, the carriers without, the receivers, the control's
    z = pool.of(rows).mean(dim=2)
    y, control = z[:, 0] - z[:, 1] + z[:, 2], z[:, 3] - z[:, 1] + z[:, 2]
    exemplars = pictures(pool.sampler, pool.of(rows[:, :3]).flatten(0, 2))
    exemplars = exemplars.reshape(*rows[:, :3].shape, *exemplars.shape[1:])
    means, sums = _pixel_arithmetic(exemplars, pool.sampler)
    results = pictures(pool.sampler, y), pictures(pool.sampler, control), sums
    likely = [pool.classifier.probabilities(images)[attribute][:, 1] for images in results]
    return kept | {
        "probabilities": np.stack(likely, axis=1),
        "exemplars": exemplars[0],
        "means": pictures(pool.sampler, z[0, :3]),
        "grid": pictures(pool.sampler, y[0] + _neighbours(config.noise, y[0], stream)),
        "pixels": np.concatenate([means[0], sums[:1]]),
    }


def turn(config: Turn, pool: Pool) -> dict[str, np.ndarray]:
    """found: int64 (2,), samples in the pool that show the first and the last class. Where they are too few
    for the exemplars, nothing else is kept.

    angle: float32 (2, samples, points), P(last) − P(first) class along z + αt, and along a random
    direction of equal norm, one for each sample. identity: float32 of the same shape, cosine distance of
    the identity features to those at α = 0. images: uint8 (rows, points, *image) along z + αt.
    """
    last = pool.probabilities[config.factor].shape[1] - 1
    shown = [pool.showing({config.factor: number}) for number in (0, last)]
    kept = {"found": np.array([len(rows) for rows in shown])}
    if any(len(rows) < config.exemplars for rows in shown):
        return kept
    stream = pool.stream("turn")
    ends = [pool.of(stream.choice(rows, config.exemplars, replace=False)).mean(dim=0) for rows in shown]
    t = ends[1] - ends[0]  # t = z̄_right − z̄_left
    z = pool.sampler.latents(config.samples, "turn")
    away = torch.from_numpy(stream.standard_normal(z.shape)).to(z)
    away *= t.norm() / away.norm(dim=1, keepdim=True)
    start = pool.classifier.identity(pictures(pool.sampler, z), config.factor)
    turned, strayed = (_along(config, pool, z, direction, start) for direction in (t.expand_as(z), away))
    return kept | {
        "angle": np.stack([turned[0], strayed[0]]),
        "identity": np.stack([turned[1], strayed[1]]),
        "images": turned[2][: config.rows],
    }


def cosine_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """1 − cos of the angle between vectors along the last axis; 1 where one of them vanishes."""
    norms = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    cosine: np.ndarray = np.divide((a * b).sum(axis=-1), norms, out=np.zeros_like(norms), where=norms > 0)
    return 1 - cosine


def pictures(sampler: Sampler, latents: Tensor) -> np.ndarray:
    """uint8 images (n, *image) of latents (n, dim)."""
    return to_pixels(sampler.decode(latents), sampler.range)


def _triplet(shown: list[np.ndarray], count: int, stream: np.random.Generator) -> np.ndarray:
    """Rows of the pool (4, count): carriers with the attribute, without it, receivers, other carriers."""
    carriers, plain, receivers = (
        stream.choice(rows, number, replace=False)
        for rows, number in zip(shown, (count, 2 * count, count), strict=True)
    )
    return np.stack([carriers, plain[:count], receivers, plain[count:]])


def _neighbours(noise: float, y: Tensor, stream: np.random.Generator) -> Tensor:
    """Offsets (9, dim), uniform within ±noise, but zero in the middle."""
    offsets = stream.uniform(-noise, noise, (NEIGHBOURS, len(y)))
    return torch.from_numpy(np.insert(offsets, NEIGHBOURS // 2, 0.0, axis=0)).to(y)


def _pixel_arithmetic(exemplars: np.ndarray, sampler: Sampler) -> tuple[np.ndarray, np.ndarray]:
    """Mean images (triplets, 3, *image) of exemplars, and their sums with signs (triplets, *image), uint8."""
    means = to_values(exemplars, sampler.range).mean(axis=2)
    sums = means[:, 0] - means[:, 1] + means[:, 2]
    return to_pixels(means, sampler.range), to_pixels(sums, sampler.range)


def _along(
    config: Turn, pool: Pool, z: Tensor, direction: Tensor, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Angle and identity distance (samples, points), and images (samples, points, *image), along z + αt."""
    alpha = torch.linspace(-config.reach, config.reach, config.points, device=z.device)
    moved = z[:, None] + alpha[:, None] * direction[:, None]
    images = pictures(pool.sampler, moved.flatten(0, 1))
    probabilities = pool.classifier.probabilities(images)[config.factor]
    features = pool.classifier.identity(images, config.factor).reshape(*moved.shape[:2], -1)
    return (
        (probabilities[:, -1] - probabilities[:, 0]).reshape(moved.shape[:2]),
        cosine_distance(features, start[:, None]),
        images.reshape(*moved.shape[:2], *images.shape[1:]),
    )
