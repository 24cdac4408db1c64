"""What captions call the data of a run, and whether its numbers may stand beside a paper's."""

from __future__ import annotations

import math

from pipeline.measures.evidence import Evidence
from pipeline.params.datasets import BLOCKS, Dataset, factors

NAMES: dict[str, str] = {kind: block.title for kind, block in BLOCKS.items()}


def name(dataset: Dataset) -> str:
    """What a data set is called: 'MNIST'."""
    return dataset.title or dataset.prepare.title


def is_printed(dataset: Dataset, printed: str) -> bool:
    """Whether the data are the paper's, of kind `printed`, and not others of the same form."""
    return dataset.prepare.kind == printed and dataset.title is None


def stands_for(dataset: Dataset, printed: str) -> str:
    """The name, and for which of the paper's data it stands where it is another's: 'scikit-learn's digits
    in place of MNIST'. printed: the kind of the paper's data."""
    return name(dataset) + ("" if is_printed(dataset, printed) else f" in place of {NAMES[printed]}")


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
    return math.prod(factors(prepare).values()) if factors(prepare) else getattr(prepare, "classes", None)


def comparable(run: Evidence, printed: str) -> bool:
    """Whether features and data are the paper's, Inception's and those of kind `printed`."""
    return run.dataset.extractor.kind == "inception" and is_printed(run.dataset, printed)
