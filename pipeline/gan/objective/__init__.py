"""The objective seam: how D's outputs become losses."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from pipeline.networks.layers import Judgement

Judge = Callable[[Tensor], Judgement]


class Objective:
    """Losses to be minimised, each a mean over the batch; scores are D's outputs before any sigmoid.

    A subclass gives `discriminator`, `generator` and `impostor`, and `penalty` if it has one.
    probabilistic: whether D's opinion is the probability that its input is real.
    """

    needs_penalty = False
    probabilistic = True

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of D from its scores (batch,) of real and generated data."""
        raise NotImplementedError

    def generator(self, fake: Tensor) -> Tensor:
        """Loss of G from D's scores (batch,) of generated data."""
        raise NotImplementedError

    def impostor(self, real: Tensor) -> Tensor:
        """Loss of a network that wants its real data to look generated (the lens's adversarial term)."""
        raise NotImplementedError

    def penalty(self, judge: Judge, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """What is added to D's loss, given D itself, both batches and U(0, 1) numbers (batch,)."""
        return real.new_zeros(())

    def opinion(self, score: Tensor) -> Tensor:
        """D's output as a reader of training curves expects it: a probability where there is one."""
        return torch.sigmoid(score)
