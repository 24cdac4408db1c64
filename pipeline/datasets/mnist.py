"""Images and labels in four IDX files: MNIST's, or others of the same form."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from pipeline.base import random_streams as streams
from pipeline.base.errors import PipelineError
from pipeline.datasets import Prepared
from pipeline.datasets.splits import consecutive, official
from pipeline.params.datasets.mnist import MNIST, ColorMNIST

SIDE = 28
UNSIGNED_BYTES = 8


def prepare(config: MNIST, raw: Path) -> Prepared:
    """The training images and the test images, in the files' order.

    The last `validation` training images are the validation split.
    """
    parts = [read(config, raw, name) for name in ("train", "t10k")]
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    training, test = (len(part[0]) for part in parts)
    return Prepared(images[:, None], labels, official(training, config.validation, test), [config.classes])


def colors(config: ColorMNIST, raw: Path) -> Prepared:
    """Color MNIST (tempered): `count` + `reference_count` images of three digits, (n, 3, size, size).

    Labels are the digits of the three channels (n, 3). Both splits are made of training digits; the
    reference is the test split, drawn with its own seed.
    """
    images, labels = read(config, raw, "train")
    draws = [(config.count, config.seed), (config.reference_count, config.reference_seed)]
    table = np.concatenate([index_table(len(images), count, seed) for count, seed in draws])
    split = consecutive(config.count, 0, config.reference_count)
    return Prepared(images[table], labels[table], split, list(config.factors.values()))


def index_table(available: int, count: int, seed: int) -> np.ndarray:
    """Which of the `available` digits make each image, int64 (count, 3), uniform with replacement."""
    return streams.numpy_stream(seed, "color mnist").integers(available, size=(count, 3))


def read(config: MNIST | ColorMNIST, raw: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (n, size, size) and labels int64 (n,) of 'train' or 't10k'.

    At 32 pixels a margin of two zeros is added on every side.
    Raises PipelineError when the files are not of this form.
    """
    places = raw / f"{name}-images-idx3-ubyte", raw / f"{name}-labels-idx1-ubyte"
    images, labels = _array(places[0], 3), _array(places[1], 1)
    if images.shape != (len(labels), SIDE, SIDE):
        raise PipelineError(
            f"{places[0]} has the shape {images.shape}, where {places[1].name} has {len(labels)} labels and "
            f"images are of {SIDE}×{SIDE} pixels."
        )
    if labels.max(initial=0) >= config.classes:
        raise PipelineError(
            f"{places[1]} has labels up to {labels.max()}, but prepare.classes is {config.classes}: raise it."
        )
    margin = (config.size - SIDE) // 2
    return np.pad(images, ((0, 0), (margin, margin), (margin, margin))), labels.astype(np.int64)


def _array(path: Path, dimensions: int) -> np.ndarray:
    """The bytes of an IDX file, compressed or not: two zeros, 8 for unsigned bytes, the number of dimensions,
    the sizes as big-endian, the values."""
    packed = path.with_name(f"{path.name}.gz")
    if packed.exists() and path.exists():
        raise PipelineError(f"{path} and {packed.name} are both there: remove them and download again.")
    try:
        content = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
        zeros, kind, found, *shape = struct.unpack_from(f">HBB{dimensions}I", content)
        values = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * dimensions)
        if (zeros, kind, found) != (0, UNSIGNED_BYTES, dimensions) or len(values) != math.prod(shape):
            raise ValueError("its head does not fit")
    except (OSError, EOFError, ValueError, struct.error, zlib.error) as error:
        raise PipelineError(f"{path} is no IDX file of bytes ({error}): download it again.") from None
    return values.reshape(shape)
