"""What comes inside scikit-learn: 8×8 handwritten digits, and two photographs."""

from __future__ import annotations

from typing import ClassVar, Literal

from pipeline.params.base import Choice, Positive, Seed
from pipeline.params.datasets.common import COLORS, Sizes, Splits, Squares

# Of the arrays' bytes in C order
DIGITS = {
    "images": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "labels": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}
PHOTOGRAPHS = {
    "china": "e701459344fd69797154c91add3bb5d70e5ed1a61d8bed889bab3a796104698d",
    "flower": "3202904ed246795bf616c66d7859cd7c6080eff736c6e38dc5cc62779742033f",
}
CLASSES = 10
OBTAINED, LICENCE = "inside scikit-learn", "CC BY 4.0 (digits), CC BY 2.0 (photographs)"


class DigitsSource(Choice):
    """The 8×8 handwritten digits."""

    implementation: ClassVar[str] = "pipeline.datasets.embedded:digits"
    sha256: ClassVar[dict[str, str]] = DIGITS
    released: ClassVar[Sizes] = Sizes(1_797, 0, 0)
    kind: Literal["digits"]


class PhotographsSource(Choice):
    """The two photographs."""

    implementation: ClassVar[str] = "pipeline.datasets.embedded:photographs"
    sha256: ClassVar[dict[str, str]] = PHOTOGRAPHS
    kind: Literal["photographs"]


class Digits(Squares):
    """The digits, upscaled to `size` pixels."""

    implementation: ClassVar[str] = "pipeline.datasets.digits:prepare"
    source: ClassVar[str] = "digits"
    title: ClassVar[str] = "scikit-learn's digits"
    channels: ClassVar[int] = 1
    classes: ClassVar[int] = CLASSES
    kind: Literal["digits"]
    size: Literal[16, 28, 32]
    splits: Splits


class ColorDigits(Squares):
    """Three digits drawn with replacement and stacked as R, G, B: 1,000 classes."""

    implementation: ClassVar[str] = "pipeline.datasets.digits:colors"
    source: ClassVar[str] = "digits"
    title: ClassVar[str] = "scikit-learn's digits stacked as colours"
    factors: ClassVar[dict[str, int]] = dict.fromkeys(COLORS, CLASSES)
    kind: Literal["color_digits"]
    size: Literal[16, 28, 32]
    count: Positive
    seed: Seed
    splits: Splits


class Patches(Squares):
    """Colour crops of the photographs, labelled by photograph and region."""

    implementation: ClassVar[str] = "pipeline.datasets.patches:prepare"
    source: ClassVar[str] = "photographs"
    title: ClassVar[str] = "patches of two photographs"
    photographs: ClassVar[tuple[str, ...]] = tuple(PHOTOGRAPHS)
    kind: Literal["patches"]
    count: Positive
    seed: Seed
    splits: Splits
