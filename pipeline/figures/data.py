"""What captions call the data of a run, and whether its numbers may stand beside a paper's."""

from __future__ import annotations

import math

from pipeline.measures.evidence import Evidence
from pipeline.params.datasets import Dataset, factors

NAMES = {
    "digits": "scikit-learn's digits",
    "color_digits": "scikit-learn's digits stacked as colours",
    "patches": "patches of two photographs",
    "mnist": "MNIST",
    "color_mnist": "Color MNIST",
    "cifar10": "CIFAR-10",
    "stl10": "STL-10",
    "tfd": "TFD",
    "celeba": "CelebA",
    "imagenet": "ImageNet",
    "imagenet32": "the pre-shrunk release of ImageNet",
    "folder": "images of a folder",
    "uniform": "the uniform law",
    "mixture": "a mixture of Gaussians",
    "cubes": "two cubes",
}
# classes of data sets whose labels have a single factor
CLASSES = dict.fromkeys(("digits", "mnist", "cifar10", "stl10"), 10) | {"tfd": 7, "imagenet": 1000}


def name(dataset: Dataset) -> str:
    """What a data set is called: 'MNIST'."""
    return NAMES.get(dataset.prepare.kind, dataset.prepare.kind)


def stands_for(dataset: Dataset, printed: str) -> str:
    """The name, and for which of the paper's data it stands where it is another's: 'scikit-learn's digits
    in place of MNIST'. printed: the kind of the paper's data."""
    return name(dataset) + ("" if dataset.prepare.kind == printed else f" in place of {NAMES[printed]}")


def pixels(dataset: Dataset) -> str:
    """The size of its images: '32×32 pixels'."""
    return "×".join(str(side) for side in dataset.prepare.shape[1:]) + " pixels"


def described(dataset: Dataset, printed: str | None = None) -> str:
    """Name and size, and what they stand for where the paper's data are given."""
    return f"{name(dataset) if printed is None else stands_for(dataset, printed)}, {pixels(dataset)}"


def features(run: Evidence) -> str:
    """The feature network in words: 'Inception' or 'the data set's own classifier'."""
    kind = run.dataset.extractor.kind
    return {"inception": "Inception", "coordinates": "coordinates"}.get(kind, "the data set's own classifier")


def equal_classes(run: Evidence) -> str:
    """The entropy of equally frequent classes: '10 equally frequent classes have ln 10 = 2.30; '. Empty where
    the feature network's classes are not the data set's."""
    number = classes(run)
    if number is None:
        return ""
    return f"{number} equally frequent classes have ln {number} = {math.log(number):.2f}; "


def classes(run: Evidence) -> int | None:
    """How many joint classes the data set's own classifier tells apart; None where that is not known."""
    prepare = run.dataset.prepare
    if run.dataset.extractor.kind != "classifier":
        return None
    return math.prod(factors(prepare).values()) if factors(prepare) else CLASSES.get(prepare.kind)


def comparable(run: Evidence, printed: str) -> bool:
    """Whether features and data are the paper's, Inception's and those of kind `printed`."""
    return run.dataset.extractor.kind == "inception" and run.dataset.prepare.kind == printed
