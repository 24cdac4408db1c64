"""The minimax loss of G (gan, Eq. 1; beta_gan, Algorithm 1)."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus

from pipeline.gan.objective.logistic import Logistic


class Saturating(Logistic):
    def generator_loss(self, fake: Tensor) -> Tensor:
        return -softplus(fake).mean()  # log(1 − D(G(z)))
