"""Train an experiment: one seed, or all of them one after another."""

from __future__ import annotations

import argparse
import contextlib
import sys

from pipeline import datasets, paths
from pipeline.errors import PipelineError
from pipeline.files import exclusive
from pipeline.params import choose, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment")
    parser.add_argument("--seed", type=int, help="train this seed alone")


def run(options: argparse.Namespace) -> None:
    name = options.experiment
    suite = load()
    experiment = choose(suite.experiments, name, "experiment")
    for doubt in suite.doubts([name]):
        print(f"warning: {doubt}", file=sys.stderr)
    seeds = experiment.seeds if options.seed is None else [options.seed]
    if not set(seeds) <= set(experiment.seeds):
        raise PipelineError(f"Seed {options.seed} is not in experiments.{name}.seeds, {experiment.seeds}.")
    dataset = datasets.load(experiment.dataset)
    from pipeline.device import compute
    from pipeline.gan.run import Run, to_device

    runs = [Run(name, experiment, seed, dataset.about["sha256"]) for seed in seeds]
    with compute(experiment.train.threads) as device:
        data = to_device(dataset.part("train")[0], device)
        with contextlib.ExitStack() as locks:
            for one in runs:
                lock = paths.LOCKS / f"train-{name}-{one.seed}.lock"
                locks.enter_context(exclusive(lock, f"experiment '{name}' seed {one.seed}"))
            for one in runs:
                one.train(data)
            # Published together, so that an engine that clears a killed job's outputs loses no seed.
            for one in runs:
                one.publish()
