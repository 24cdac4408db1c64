"""The four original files of MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.datasets.fetch import Remote, fetch_all
from pipeline.params.sources import MNIST

# Of the files after decompression.
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def fetch(config: MNIST, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """The four IDX files, decompressed."""
    from torchvision.datasets import MNIST as Torchvision

    files = [
        Remote(name, tuple(f"{address}{name}.gz" for address in Torchvision.mirrors), "md5", digest)
        for name, digest in MD5.items()
    ]
    return fetch_all(files, folder, mirrors, config.verify)
