"""Train an experiment: one seed, or all of them one after another."""

from __future__ import annotations

import argparse

from pipeline import datasets, paths
from pipeline.errors import PipelineError
from pipeline.files import exclusive
from pipeline.params import choose, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment")
    parser.add_argument("--seed", type=int, help="train this seed alone")


def run(options: argparse.Namespace) -> None:
    name = options.experiment
    experiment = choose(load().experiments, name, "experiment")
    seeds = experiment.seeds if options.seed is None else [options.seed]
    if not set(seeds) <= set(experiment.seeds):
        raise PipelineError(f"experiments.{name}.seeds is {experiment.seeds}; seed {options.seed} is not in it.")
    dataset = datasets.load(experiment.dataset)
    from pipeline.device import compute
    from pipeline.gan.run import Run, to_device

    runs = [Run(name, experiment, seed, dataset.about["sha256"]) for seed in seeds]
    with compute(experiment.train.threads) as device:
        data = to_device(dataset.part("train")[0], device)
        for one in runs:
            with exclusive(paths.LOCKS / f"train-{name}-{one.seed}.lock", f"experiment '{name}' seed {one.seed}"):
                one.train(data)
    for one in runs:
        one.publish()
