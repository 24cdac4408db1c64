"""The objective seam: how D's outputs become losses."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from pipeline.networks.layers import DiscriminatorOutput

Discriminator = Callable[[Tensor], DiscriminatorOutput]


class Objective:
    """Losses to be minimised, each a mean over the batch; scores are D's outputs before any sigmoid.

    probabilistic: whether D's output is the probability that its input is real.
    """

    needs_penalty = False
    probabilistic = True

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """From D's scores (batch,) of real and generated data."""
        raise NotImplementedError

    def generator_loss(self, fake: Tensor) -> Tensor:
        """From D's scores (batch,) of generated data."""
        raise NotImplementedError

    def lens_adversarial_loss(self, real: Tensor) -> Tensor:
        """L_A of a lens, which wants its real data to look generated, from their scores (batch,)."""
        raise NotImplementedError

    def penalty(self, discriminator: Discriminator, real: Tensor, fake: Tensor, epsilon: Tensor) -> Tensor:
        """What is added to D's loss, given D itself, both batches and U(0, 1) numbers (batch,)."""
        return real.new_zeros(())

    def probability_or_score(self, score: Tensor) -> Tensor:
        """D's output as a reader of training curves expects it: a probability where there is one."""
        return torch.sigmoid(score) if self.probabilistic else score
