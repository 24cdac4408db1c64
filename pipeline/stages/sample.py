"""Draw from every snapshot of an experiment, all seeds."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline import datasets
from pipeline.base import paths
from pipeline.base.files import write_npz
from pipeline.base.progress import track
from pipeline.graph.job import Worker
from pipeline.params import choose, load
from pipeline.params.datasets import Dataset, factors
from pipeline.params.experiment import Experiment

if TYPE_CHECKING:
    import numpy as np
    import torch

    from pipeline.gan.sampling import Sampler


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment")


def run(options: argparse.Namespace) -> None:
    name, suite = options.experiment, load()
    experiment = choose(suite.experiments, name, "experiment")
    from pipeline.base import weights
    from pipeline.base.device import compute
    from pipeline.gan.sampling import Sampler, arrays

    worker = Worker(suite)
    with worker.job(worker.steps.sample(name)), compute(experiment.train.threads) as device:
        dataset = datasets.load(experiment.dataset)
        shape = dataset.data.shape[1:]
        concepts = _concepts(experiment, suite.datasets[experiment.dataset], device)
        for seed in track(experiment.seeds, f"sample {name}"):
            state = weights.load(
                paths.checkpoint(experiment.paper, name, seed), names=("snapshots", "diverged")
            )
            sampler = Sampler(experiment, shape, seed, device)
            kept = arrays(sampler, state, dataset)
            last = state["snapshots"].get(experiment.train.steps)
            if concepts is not None and last is not None:
                sampler.load(last)
                kept |= {f"concepts_{key}": array for key, array in concepts(sampler).items()}
            write_npz(paths.samples(experiment.paper, name, seed), kept)


def _concepts(
    experiment: Experiment, block: Dataset, device: torch.device
) -> Callable[[Sampler], dict[str, np.ndarray]] | None:
    """What works on picked latents, where that is asked for: the one thing here that needs a classifier."""
    config = experiment.sample.concepts
    if config is None:
        return None
    maker: Callable[[Sampler], dict[str, np.ndarray]] = config.load()(
        config, factors(block.prepare), paths.extractor(experiment.dataset), device
    )
    return maker
