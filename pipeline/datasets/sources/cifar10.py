"""CIFAR-10's binary release; its Python release would have to be unpickled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.datasets.fetch import Remote, fetch_all
from pipeline.params.sources import CIFAR10

# The md5 is the one on https://www.cs.toronto.edu/~kriz/cifar.html.
ARCHIVE = Remote(
    name="cifar-10-binary.tar.gz",
    urls=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
    algorithm="md5",
    digest="c32a1d4ab5d03f1284b67883e8d87530",
    archive=True,
)


def fetch(config: CIFAR10, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """cifar-10-binary.tar.gz as it comes: `prepare` reads its members, and nothing is unpacked."""
    return fetch_all([ARCHIVE], folder, mirrors, config.verify)
