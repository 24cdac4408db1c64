"""STL-10's binary release."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.datasets.fetch import Remote, fetch_all
from pipeline.params.sources import STL10

# Address and md5 are torchvision's.
ARCHIVE = Remote(
    name="stl10_binary.tar.gz",
    urls=("http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",),
    algorithm="md5",
    digest="91f7769df0f17e558f3565bffb0c7dfb",
    archive=True,
)


def fetch(config: STL10, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """stl10_binary.tar.gz as it comes: `prepare` reads its members, and nothing is unpacked."""
    return fetch_all([ARCHIVE], folder, mirrors, config.verify)
