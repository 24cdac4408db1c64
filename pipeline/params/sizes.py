"""How many examples the splits of a data set will have, before anything is downloaded."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.params.datasets import (
    CIFAR10,
    MNIST,
    STL10,
    TFD,
    CelebA,
    ColorMNIST,
    Digits,
    Folder,
    ImageNet,
    ImageNet32,
    Prepare,
)


class Sizes(NamedTuple):
    """Examples of each split."""

    train: int
    validation: int
    test: int


DIGITS = 1_797
# training and test images of releases whose validation split params.yaml cuts from the training images
OFFICIAL = {MNIST: (60_000, 10_000), CIFAR10: (50_000, 10_000)}
RELEASED = {
    CelebA: Sizes(162_770, 19_867, 19_962),
    STL10: Sizes(100_000, 0, 8_000),
    ImageNet: Sizes(1_281_167, 0, 0),
    ImageNet32: Sizes(1_281_167, 0, 0),
}


def split_sizes(prepare: Prepare) -> Sizes | None:
    """Sizes of the splits, if the source's files are those that were released; None where only the files
    can say: of a folder of images, and of TFD, whose folds differ."""
    if isinstance(prepare, Folder | TFD):
        return None
    if isinstance(prepare, MNIST | CIFAR10):
        training, test = OFFICIAL[type(prepare)]
        return Sizes(training - prepare.validation, prepare.validation, test)
    if isinstance(prepare, CelebA | STL10 | ImageNet | ImageNet32):
        return RELEASED[type(prepare)]
    if isinstance(prepare, ColorMNIST):
        return Sizes(prepare.count, 0, prepare.reference_count)
    return Sizes(*prepare.splits.sizes(DIGITS if isinstance(prepare, Digits) else prepare.count))
