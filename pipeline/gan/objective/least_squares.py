"""Least-squares objective (tempered, Eq. 1–3: no factor ½), on D's score or on its sigmoid."""

from __future__ import annotations

from torch import Tensor

from pipeline.gan.objective import Objective
from pipeline.params import seams


class LeastSquares(Objective):
    def __init__(self, config: seams.LeastSquares) -> None:
        self.probabilistic = config.output == "sigmoid"
        self.output = self.probability_or_score

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return self.output(fake).square().mean() + (self.output(real) - 1).square().mean()  # Eq. 2

    def generator_loss(self, fake: Tensor) -> Tensor:
        return (self.output(fake) - 1).square().mean()  # Eq. 1

    def lens_adversarial_loss(self, real: Tensor) -> Tensor:
        return self.output(real).square().mean()  # Eq. 3
