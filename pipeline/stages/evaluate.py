"""evaluate EXPERIMENT: measure every snapshot of every seed, and keep what figures are drawn from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import datasets
from pipeline.base import paths
from pipeline.base.files import read_csv, write_csv, write_json, write_npz
from pipeline.graph.job import Worker
from pipeline.metrics import of_run
from pipeline.metrics.evaluation import Evaluation
from pipeline.metrics.evidence import Classify, collect
from pipeline.metrics.samples import RunSamples
from pipeline.params import choose, load
from pipeline.params.datasets import Dataset as Block
from pipeline.params.experiment import Experiment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment", metavar="EXPERIMENT", help="a name under `experiments` in params.yaml")


def run(options: argparse.Namespace) -> None:
    from threadpoolctl import threadpool_limits

    name, params = options.experiment, load()
    experiment = choose(params.experiments, name, "experiment")
    block = params.datasets[experiment.dataset]
    worker = Worker(params)
    with worker.job(worker.steps.evaluate(name)), threadpool_limits(experiment.train.threads):
        dataset, extractor = datasets.load(experiment.dataset), paths.extractor(experiment.dataset)
        runs = {seed: RunSamples(paths.samples(experiment.paper, name, seed)) for seed in experiment.seeds}
        evaluation = Evaluation(name, experiment, block, dataset, extractor)
        scores = evaluation.scores(runs)
        evidence = collect(experiment, dataset, runs, _classifier(block, extractor))
        training = list(_training_logs(name, experiment))
        write_npz(paths.evidence(experiment.paper, name), evidence)
        write_csv(paths.training(experiment.paper, name), training)
        write_csv(paths.curves(experiment.paper, name), scores.rows())
        report = evaluation.report(scores)
        report["metrics"] |= of_run.summary(
            _columns(training), evidence, scores.diverged, experiment.train.steps
        )
        write_json(paths.metrics(experiment.paper, name), report)


def _classifier(block: Block, weights: Path) -> Classify | None:
    """What tells the classes of images, where the data set's feature network is a classifier."""
    if block.extractor.kind != "classifier":
        return None
    return lambda images: block.extractor.load().probabilities(weights, images)


def _columns(rows: list[dict[str, Any]]) -> dict[int, dict[str, np.ndarray]]:
    """Seed → columns of its log; NaN where a cell is empty."""
    seeds = dict.fromkeys(row["seed"] for row in rows)
    return {
        seed: {
            name: np.array([float(row[name] or "nan") for row in rows if row["seed"] == seed])
            for name in rows[0]
        }
        for seed in seeds
    }


def _training_logs(name: str, experiment: Experiment) -> Iterator[dict[str, Any]]:
    for seed in experiment.seeds:
        log = paths.training_log(experiment.paper, name, seed)
        for row in read_csv(log, f"`python -m pipeline train {name}`", numbers=True):
            yield {"seed": seed, **row}
