"""extractor DATASET: train or fetch a data set's feature network."""

from __future__ import annotations

import argparse

from pipeline import datasets
from pipeline.base import paths
from pipeline.base.files import sha256, write_json
from pipeline.graph.job import Worker
from pipeline.params import choose, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET", help="a name under `datasets` in params.yaml")


def run(options: argparse.Namespace) -> None:
    suite = load()
    block = choose(suite.datasets, options.dataset, "data set").extractor
    weights, worker = paths.extractor(options.dataset), Worker(suite)
    with worker.job(worker.steps.extractor(options.dataset)):
        found = block.load().fit(block, datasets.load(options.dataset), weights)
        report = {"kind": block.kind, "sha256": sha256(weights), **found}
        write_json(paths.extractor_metrics(options.dataset), report)
    if "test_accuracy" in report:
        print(f"{options.dataset}: test accuracy {report['test_accuracy']:.4f}")
