"""scikit-learn's handwritten digits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.datasets.sources import embedded
from pipeline.params.sources import Digits

SHA256 = {
    "images": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "labels": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}


def fetch(config: Digits, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """images.npy uint8 (1797, 8, 8) of values 0 … 16, labels.npy uint8 (1797,)."""

    def read() -> dict[str, np.ndarray]:
        from sklearn.datasets import load_digits

        digits = load_digits()
        return {"images": digits.images.astype(np.uint8), "labels": digits.target.astype(np.uint8)}

    return embedded(folder, SHA256, read)
