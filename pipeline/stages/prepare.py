"""prepare DATASET: turn raw files into arrays with labels and splits."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from pipeline.base import paths
from pipeline.base.files import sha256, write_json, write_npy
from pipeline.datasets import SPLITS, Prepared, sources, streaming
from pipeline.datasets.streaming import Stream
from pipeline.graph.job import Worker
from pipeline.params import choose, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET", help="a name under `datasets` in params.yaml")


def run(options: argparse.Namespace) -> None:
    suite = load()
    dataset = choose(suite.datasets, options.dataset, "data set")
    worker = Worker(suite)
    *arrays, about = paths.processed_files(options.dataset)
    with worker.job(worker.steps.prepare(options.dataset)):
        raw = sources.verified(dataset.source)
        prepared: Prepared = dataset.prepare.load()(dataset.prepare, raw)
        for path, array in zip(arrays, (prepared.data, prepared.labels, prepared.split), strict=True):
            if isinstance(array, Stream):
                streaming.write(path, array, paths.preparation(options.dataset))
            else:
                write_npy(path, array)
        write_json(
            about,
            {
                "kind": dataset.prepare.kind,
                "verified": sources.manifest(dataset.source)["verified"],
                **describe(prepared),
                **prepared.about,
                "sha256": sha256(arrays[0]),
            },
        )


def describe(prepared: Prepared) -> dict[str, Any]:
    """Counts and shapes of a prepared data set, for about.json."""
    numbers = np.bincount(prepared.split, minlength=len(SPLITS)).tolist()
    return {
        "count": len(prepared.data),
        "shape": list(prepared.data.shape[1:]),
        "dtype": str(prepared.data.dtype),
        "classes": prepared.classes,
        "splits": dict(zip(SPLITS, numbers, strict=True)),
    }
