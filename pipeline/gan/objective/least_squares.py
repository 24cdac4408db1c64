"""Least-squares objective (tempered, Eq. 1–3: no factor ½), on D's score or on its sigmoid."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.objective import Objective
from pipeline.params import seams


class LeastSquares(Objective):
    def __init__(self, config: seams.LeastSquares) -> None:
        self.sigmoid = self.probabilistic = config.output == "sigmoid"

    def opinion(self, score: Tensor) -> Tensor:
        return torch.sigmoid(score) if self.sigmoid else score

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return self.opinion(fake).square().mean() + (self.opinion(real) - 1).square().mean()  # Eq. 2

    def generator(self, fake: Tensor) -> Tensor:
        return (self.opinion(fake) - 1).square().mean()  # Eq. 1

    def impostor(self, real: Tensor) -> Tensor:
        return self.opinion(real).square().mean()  # Eq. 3
