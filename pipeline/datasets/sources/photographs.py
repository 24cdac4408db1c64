"""scikit-learn's two photographs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.datasets.sources import embedded
from pipeline.params.sources import Photographs

SHA256 = {
    "china": "e701459344fd69797154c91add3bb5d70e5ed1a61d8bed889bab3a796104698d",
    "flower": "3202904ed246795bf616c66d7859cd7c6080eff736c6e38dc5cc62779742033f",
}


def fetch(config: Photographs, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """china.npy and flower.npy, uint8 (427, 640, 3)."""

    def read() -> dict[str, np.ndarray]:
        from sklearn.datasets import load_sample_image

        return {name: load_sample_image(f"{name}.jpg") for name in SHA256}

    return embedded(folder, SHA256, read)
