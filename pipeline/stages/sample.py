"""Draw from every snapshot of an experiment, all seeds."""

from __future__ import annotations

import argparse

from pipeline import datasets, paths
from pipeline.files import write_npz
from pipeline.graph.job import Worker
from pipeline.params import choose, load
from pipeline.progress import track


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment")


def run(options: argparse.Namespace) -> None:
    name = options.experiment
    suite = load()
    experiment = choose(suite.experiments, name, "experiment")
    from pipeline.device import compute
    from pipeline.gan import checkpoint
    from pipeline.gan.sampling import Sampler, arrays

    worker = Worker(suite)
    with worker.job(worker.steps.sample(name)), compute(experiment.train.threads) as device:
        dataset = datasets.load(experiment.dataset)
        shape = dataset.data.shape[1:]
        for seed in track(experiment.seeds, f"sample {name}"):
            state = checkpoint.load(paths.checkpoint(experiment.paper, name, seed), "snapshots", "diverged")
            sampler = Sampler(experiment, shape, seed, device)
            write_npz(paths.samples(experiment.paper, name, seed), arrays(sampler, state, dataset))
