"""CIFAR-10 in its binary release; the Python release would have to be unpickled."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.params.base import Choice
from pipeline.params.datasets.common import Files, Remote, Sizes

ARCHIVE = "cifar-10-binary.tar.gz"
PAGE = "https://www.cs.toronto.edu/~kriz/"
# Label k is the k-th of these.
LABELS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
RELEASED = Sizes(50_000, 0, 10_000)
OBTAINED, LICENCE = "the network", "none stated; its authors ask to be cited"


class Source(Files):
    """`cifar-10-binary.tar.gz`, the binary release, 162 MB."""

    # The sum is the one on the authors' page, cifar.html.
    remotes: ClassVar[tuple[Remote, ...]] = (
        Remote(ARCHIVE, (PAGE + ARCHIVE,), "md5", "c32a1d4ab5d03f1284b67883e8d87530", archive=True),
    )
    released: ClassVar[Sizes] = RELEASED
    kind: Literal["cifar10"]


class CIFAR10(Choice):
    """32 pixels; the last `validation` of the 50,000 training images are held out."""

    implementation: ClassVar[str] = "pipeline.datasets.cifar10:prepare"
    source: ClassVar[str] = "cifar10"
    title: ClassVar[str] = "CIFAR-10"
    archive: ClassVar[str] = ARCHIVE
    shape: ClassVar[tuple[int, ...]] = (3, 32, 32)
    classes: ClassVar[int] = len(LABELS)
    kind: Literal["cifar10"]
    validation: Annotated[int, Field(ge=0, lt=RELEASED.train)]
