"""STL-10 in its binary release."""

from __future__ import annotations

from typing import ClassVar, Literal

from pipeline.params.datasets.common import Files, Remote, Sizes, Squares

ARCHIVE = "stl10_binary.tar.gz"
PAGE = "http://ai.stanford.edu/~acoates/stl10/"
# Label k is the k-th of these.
LABELS = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")
RELEASED = Sizes(100_000, 0, 8_000)
OBTAINED, LICENCE = "the network", "none stated; its images are ImageNet's"


class Source(Files):
    """`stl10_binary.tar.gz`, the binary release, 2.6 GB."""

    # Address and sum are torchvision's.
    remotes: ClassVar[tuple[Remote, ...]] = (
        Remote(ARCHIVE, (PAGE + ARCHIVE,), "md5", "91f7769df0f17e558f3565bffb0c7dfb", archive=True),
    )
    released: ClassVar[Sizes] = RELEASED
    kind: Literal["stl10"]


class STL10(Squares):
    """The 100,000 unlabelled images for training and the 8,000 test images; means of 2×2 pixels."""

    implementation: ClassVar[str] = "pipeline.datasets.stl10:prepare"
    source: ClassVar[str] = "stl10"
    title: ClassVar[str] = "STL-10"
    archive: ClassVar[str] = ARCHIVE
    released: ClassVar[Sizes] = RELEASED
    classes: ClassVar[int] = len(LABELS)
    kind: Literal["stl10"]
    size: Literal[48]
