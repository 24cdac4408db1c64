"""The feature network of points: their coordinates as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.base.files import write_json
from pipeline.datasets import Dataset
from pipeline.params.datasets import Coordinates


def fit(config: Coordinates, dataset: Dataset, path: Path) -> dict[str, Any]:
    """Write the file that every data set's extractor has; there are no weights, so it is a line of JSON."""
    shape = list(dataset.data.shape[1:])
    write_json(path, {"kind": config.kind, "shape": shape})
    return {"shape": shape}
