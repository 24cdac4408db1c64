"""What a method costs, counted from the code that trains it, so that it is the same on every machine."""

from __future__ import annotations

from pipeline.metrics import Subject, Values
from pipeline.params.experiment import Train
from pipeline.params.metrics import Cost


def cost(config: Cost, subject: Subject) -> Values:
    """multiply_adds: of the matrix products and convolutions, forwards and backwards, of one whole step,
    its schedules being those of the last one. weights: numbers that training moves, of all networks.

    Work on single values (activations, normalisation, optimisers, noise) is not counted.
    """
    shape = tuple(subject.dataset.data.shape[1:])
    return subject.cached("cost", lambda: count(subject.experiment.train, shape))


def count(train: Train, shape: tuple[int, ...]) -> tuple[float, float]:
    """Multiply-adds of a step, and weights, of a run on data of this shape."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from pipeline.gan.trainer import Trainer

    with torch.random.fork_rng(devices=[]):
        trainer = Trainer(train, torch.rand(train.batch, *shape), seed=0)
        trainer.completed = train.steps - 1
        with FlopCounterMode(display=False) as counter:
            trainer.step()
        weights = sum(p.numel() for part in (trainer.model, trainer.guidance) for p in part.parameters())
    return counter.get_total_flops() / 2, float(weights)
