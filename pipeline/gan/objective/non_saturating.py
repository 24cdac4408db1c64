"""The loss of G used in practice (gan, "maximize log D(G(z))")."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus

from pipeline.gan.objective.logistic import Logistic


class NonSaturating(Logistic):
    def generator_loss(self, fake: Tensor) -> Tensor:
        return softplus(-fake).mean()  # −log D(G(z))
