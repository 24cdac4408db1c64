"""Sources of raw files: each kind in params.yaml has a fetcher here, and every file a known hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import paths
from pipeline.datasets.fetch import Remote, fetch
from pipeline.errors import PipelineError
from pipeline.files import read_json, sha256, write_npy
from pipeline.params.datasets import Source

# sha256 of the arrays' bytes in C order: another scikit-learn or JPEG decoder must not pass unnoticed.
DIGITS = {
    "images": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "labels": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}
PHOTOGRAPHS = {
    "china": "e701459344fd69797154c91add3bb5d70e5ed1a61d8bed889bab3a796104698d",
    "flower": "3202904ed246795bf616c66d7859cd7c6080eff736c6e38dc5cc62779742033f",
}
# md5 of the original files after decompression.
MNIST = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}

Fetcher = Callable[[Path, Sequence[Path]], list[str]]


def download(name: str, source: Source, mirrors: Sequence[Path]) -> dict[str, Any]:
    """Fetch and verify a source's files into its raw folder; returns its manifest.

    Raises PipelineError when a file cannot be had or is not what it must be.
    """
    folder = paths.raw(name)
    folder.mkdir(parents=True, exist_ok=True)
    names = FETCHERS[source.kind](folder, mirrors)
    return {"source": name, "kind": source.kind, "files": {file: _entry(folder / file) for file in names}}


def verified(name: str) -> Path:
    """A source's raw folder, after comparing every file with the manifest.

    Raises PipelineError when the source was not downloaded or a file has changed since.
    """
    again = f"run `python -m pipeline download {name}`"
    if not paths.manifest(name).exists():
        raise PipelineError(f"{paths.manifest(name)} is missing: {again} first.")
    for file, expected in read_json(paths.manifest(name))["files"].items():
        path = paths.raw(name) / file
        if not path.exists() or _entry(path) != expected:
            raise PipelineError(f"{path} is missing or differs from its manifest: {again} again.")
    return paths.raw(name)


def _entry(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def _nothing(folder: Path, mirrors: Sequence[Path]) -> list[str]:
    return []


def _digits(folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """images.npy uint8 (1797, 8, 8) of values 0 … 16, labels.npy uint8 (1797,)."""

    def read() -> dict[str, np.ndarray]:
        from sklearn.datasets import load_digits

        digits = load_digits()
        return {"images": digits.images.astype(np.uint8), "labels": digits.target.astype(np.uint8)}

    return _embedded(folder, DIGITS, read)


def _photographs(folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """china.npy and flower.npy, uint8 (427, 640, 3)."""

    def read() -> dict[str, np.ndarray]:
        from sklearn.datasets import load_sample_image

        return {name: load_sample_image(f"{name}.jpg") for name in PHOTOGRAPHS}

    return _embedded(folder, PHOTOGRAPHS, read)


def _mnist(folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """The four IDX files, decompressed, from the addresses that torchvision knows."""
    from torchvision.datasets import MNIST as Torchvision

    for name, digest in MNIST.items():
        urls = tuple(f"{address}{name}.gz" for address in Torchvision.mirrors)
        fetch(Remote(name, urls, "md5", digest), folder, mirrors)
    return list(MNIST)


def _embedded(
    folder: Path, expected: Mapping[str, str], read: Callable[[], dict[str, np.ndarray]]
) -> list[str]:
    """Write arrays that come inside scikit-learn, unless good ones stand there already."""
    names = [f"{name}.npy" for name in expected]
    if all(_digest_of_file(folder / f"{name}.npy") == digest for name, digest in expected.items()):
        return names
    for name, array in read().items():
        found = _digest(array)
        if found != expected[name]:
            raise PipelineError(
                f"scikit-learn's '{name}' has sha256 {found}, expected {expected[name]}: install the "
                "versions of scikit-learn and Pillow that the project pins."
            )
        write_npy(folder / f"{name}.npy", array)
    return names


def _digest(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def _digest_of_file(path: Path) -> str | None:
    """Hash of the array in a file; None when there is no readable array."""
    try:
        return _digest(np.load(path, allow_pickle=False))
    except (OSError, ValueError, EOFError):
        return None


FETCHERS: dict[str, Fetcher] = {
    "synthetic": _nothing,
    "digits": _digits,
    "photographs": _photographs,
    "mnist": _mnist,
}
