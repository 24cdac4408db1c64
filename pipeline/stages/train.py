"""Train an experiment: one seed, or all of them one after another."""

from __future__ import annotations

import argparse
import sys

from pipeline import datasets
from pipeline.base.errors import PipelineError
from pipeline.graph.job import Worker
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
    worker = Worker(suite)
    from pipeline.base.device import compute
    from pipeline.gan.run import Run, to_device

    steps = [worker.steps.train(name, seed) for seed in seeds]
    with worker.jobs(steps) as jobs, compute(experiment.train.threads) as device:
        data = to_device(datasets.load(experiment.dataset).part("train")[0], device)
        runs = [
            Run(name, experiment, seed, job.data, job.identity) for seed, job in zip(seeds, jobs, strict=True)
        ]
        for one in runs:
            one.train(data)
        # Each for all seeds before the next, so that an engine that clears a killed job's outputs loses no
        # seed; what is in progress goes last of all, when receipts stand.
        for one, job in zip(runs, jobs, strict=True):
            one.publish()
            job.afterwards.append(one.clear)
