"""Draw from every snapshot of an experiment, all seeds."""

from __future__ import annotations

import argparse

from pipeline import datasets, paths
from pipeline.files import exclusive, write_npz
from pipeline.params import choose, load
from pipeline.progress import track


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment")


def run(options: argparse.Namespace) -> None:
    name = options.experiment
    experiment = choose(load().experiments, name, "experiment")
    dataset = datasets.load(experiment.dataset)
    shape = dataset.data.shape[1:]
    from pipeline.device import compute
    from pipeline.gan import checkpoint
    from pipeline.gan.sampling import Sampler, arrays

    lock = exclusive(paths.LOCKS / f"sample-{name}.lock", f"the samples of '{name}'")
    with lock, compute(experiment.train.threads) as device:
        for seed in track(experiment.seeds, f"sample {name}"):
            state = checkpoint.load(paths.checkpoint(experiment.paper, name, seed), "snapshots", "diverged")
            sampler = Sampler(experiment, shape, seed, device)
            write_npz(paths.samples(experiment.paper, name, seed), arrays(sampler, state, dataset))
