"""Generated data in the original on-disk formats of every source that the paper suite names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from formats import celeba, cifar10, imagenet, mnist, stl10, tfd

from pipeline.params.datasets import CIFAR10, TFD
from pipeline.params.datasets.celeba import HEIGHT, WIDTH
from pipeline.params.sources import Source


def write(mirror: Path, sources: Mapping[str, Source]) -> None:
    """Fill a mirror folder: a subfolder for each source of files. Every class occurs."""
    rng = np.random.default_rng(0)
    for name, source in sources.items():
        if source.kind in MADE:
            MADE[source.kind](mirror / name, rng)


def digits(folder: Path, rng: np.random.Generator) -> None:
    mnist.write(folder, *labelled(rng, 300, (28, 28)), *labelled(rng, 100, (28, 28)))


def objects(folder: Path, rng: np.random.Generator) -> None:
    cifar10.write(folder, *labelled(rng, 200, CIFAR10.shape), *labelled(rng, 60, CIFAR10.shape))


def unlabelled(folder: Path, rng: np.random.Generator) -> None:
    stl10.write(folder, pictures(rng, 120, (3, 96, 96)), *labelled(rng, 30, (3, 96, 96)))


def photographs(folder: Path, rng: np.random.Generator) -> None:
    classes = [f"n{number:08d}" for number in range(1440764, 1440774)]
    imagenet.write(folder, {name: list(pictures(rng, 8, (3, 75, 100))) for name in classes})


def expressions(folder: Path, rng: np.random.Generator) -> None:
    kept, free = 100, 100
    labels = np.concatenate([np.full(free, -1), np.arange(kept) % TFD.classes])
    tfd.write(folder, pictures(rng, free + kept, TFD.shape[1:]), labels, tfd.deal(free, kept, rng))


def faces(folder: Path, rng: np.random.Generator, count: int = 160) -> None:
    """CelebA: a sixth each for validation and for test; noses on either side of the eyes' middle."""
    split = np.arange(count) % 6
    attributes = {name: rng.integers(0, 2, count).tolist() for name in ("Eyeglasses", "Male", "Smiling")}
    landmarks = np.tile([69, 111, 108, 111, 88, 135, 72, 152, 105, 152], (count, 1))
    landmarks[:, 4] += rng.integers(-15, 16, count)
    images = pictures(rng, count, (3, HEIGHT, WIDTH))
    celeba.write(folder, images, np.clip(split - 3, 0, 2).tolist(), attributes, landmarks)


def labelled(rng: np.random.Generator, count: int, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and their classes, of which there are ten."""
    return pictures(rng, count, shape), np.arange(count) % 10


def pictures(rng: np.random.Generator, count: int, shape: tuple[int, ...]) -> np.ndarray:
    """Blurred noise, uint8 (count, *shape): what compresses like a photograph does."""
    coarse = rng.integers(0, 256, (count, *shape[:-2], *(-(-side // 8) for side in shape[-2:])))
    fine = coarse.repeat(8, axis=-1).repeat(8, axis=-2)[..., : shape[-2], : shape[-1]]
    return (fine * 0.9 + rng.integers(0, 25, fine.shape)).astype(np.uint8)


# Kind of a source → what generates it
MADE: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "mnist": digits,
    "cifar10": objects,
    "stl10": unlabelled,
    "celeba": faces,
    "imagenet": photographs,
    "tfd": expressions,
}
