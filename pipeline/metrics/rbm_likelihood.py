"""Held-out log-likelihood of RBMs over D's features, over ways to train them (aan, contribution 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pipeline.base.random_streams import numpy_stream, torch_stream
from pipeline.gan import optimizers
from pipeline.gan.rbm import RBM
from pipeline.metrics import Subject, Values
from pipeline.metrics.likelihood import (
    ais_log_partition,
    bernoulli_log_likelihood,
    bernoulli_rates,
    binarised,
    exact_log_partition,
    log_likelihood,
    uniform_log_likelihood,
)
from pipeline.networks.layers import seeded
from pipeline.params.metrics import RBMLikelihood, RBMSetting
from pipeline.params.networks import SGD


def rbm_likelihood(config: RBMLikelihood, subject: Subject) -> Values:
    """loglik_<label>: mean log P(v) in nats over held-out v, log Z by AIS, whose standard error is
    loglik_<label>_error; loglik_<label>_exact where one side is small enough to enumerate.

    v are ±1 draws with D's tanh features as means, one of each example: the RBMs of the grid learn from
    those of the train split, and all are measured on those of the test split. loglik_memory is the RBM
    that learned beside D and G; loglik_bernoulli and loglik_uniform are independent units at the train
    split's rates and at ½. Only the last snapshot has features.
    """
    names = config.names(subject.scope)
    if "features_train" not in subject.arrays:
        return None
    torch.set_num_threads(subject.experiment.train.threads)
    train, test = (_states(subject, split) for split in ("train", "test"))
    rates = bernoulli_rates(train.numpy())
    found = {
        "loglik_uniform": uniform_log_likelihood(test.shape[1]),
        "loglik_bernoulli": float(bernoulli_log_likelihood(rates, test.numpy()).mean()),
    }
    held_out = HeldOut(config, test, torch.from_numpy(np.arctanh(2 * rates - 1)), subject.seed)
    found |= held_out(config.memory, _memory(subject))
    for point in config.grid:
        found |= held_out(point.label, fit(config, point, train, subject.seed), check=True)
    return [found[name] for name in names]


@dataclass(frozen=True)
class HeldOut:
    """Measures RBMs on held-out states. base: visible biases from which AIS starts."""

    config: RBMLikelihood
    states: Tensor
    base: Tensor
    seed: int

    def __call__(self, label: str, rbm: RBM, check: bool = False) -> dict[str, float]:
        partition = ais_log_partition(
            rbm,
            chains=self.config.chains,
            temperatures=self.config.temperatures,
            stream=torch_stream(self.seed, f"ais/{label}"),
            base=self.base,
        )
        name = f"loglik_{label}"
        found = {name: self._mean(rbm, partition.value), f"{name}_error": partition.error}
        if check and min(rbm.weight.shape) <= self.config.enumerable:
            found[f"{name}_exact"] = self._mean(rbm, exact_log_partition(rbm))
        return found

    def _mean(self, rbm: RBM, log_partition: float) -> float:
        return log_likelihood(rbm, self.states, log_partition).mean().item()


@torch.no_grad()
def fit(config: RBMLikelihood, point: RBMSetting, states: Tensor, seed: int) -> RBM:
    """An RBM trained by CD-k on ±1 states (n, units)."""
    with seeded(seed, f"rbm/{point.label}"):
        rbm = RBM(states.shape[1], point.hidden, std=config.init_std)
    stream = torch_stream(seed, f"cd/{point.label}")
    descent = SGD(kind="sgd", lr=point.lr, momentum=point.momentum)
    optimizer = optimizers.build(descent, list(rbm.parameters()))
    for _ in range(point.epochs):
        order = torch.randperm(len(states), generator=stream)
        for rows in order.split(config.batch):
            data = states[rows]
            uniform = torch.rand(len(data), point.gibbs * rbm.step_noise, generator=stream)
            *_, (reconstruction, _) = rbm.steps(data, uniform)
            ascent = rbm.contrastive_divergence(data, reconstruction)
            optimizer.step([-derivative for derivative in ascent])
    return rbm


def _states(subject: Subject, split: str) -> Tensor:
    """±1 draws with D's tanh features of a split as means."""
    stream = numpy_stream(subject.seed, f"states/{split}")
    return torch.from_numpy(binarised(subject.arrays[f"features_{split}"], stream))


def _memory(subject: Subject) -> RBM:
    """The experiment's own RBM as the last snapshot left it."""
    prefix = "prior.rbm."
    weights = {
        name.removeprefix(prefix): torch.from_numpy(array)
        for name, array in subject.arrays.items()
        if name.startswith(prefix)
    }
    rbm = RBM(*weights["weight"].shape)
    rbm.load_state_dict(weights)
    return rbm
