"""Cross-entropy objectives (gan, Eq. 1 and "in practice"; tempered, Sec. 2 for the impostor's loss)."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus

from pipeline.gan.objective import Objective
from pipeline.params import seams


class _Logistic(Objective):
    def __init__(self, config: seams.Saturating | seams.NonSaturating) -> None:
        self.weight = config.discriminator_weight

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return self.weight * (softplus(-real).mean() + softplus(fake).mean())  # −log D(x) − log(1 − D(G(z)))

    def impostor(self, real: Tensor) -> Tensor:
        return softplus(real).mean()  # −log(1 − D(L(x)))


class Saturating(_Logistic):
    def generator(self, fake: Tensor) -> Tensor:
        return -softplus(fake).mean()  # log(1 − D(G(z)))


class NonSaturating(_Logistic):
    def generator(self, fake: Tensor) -> Tensor:
        return softplus(-fake).mean()  # −log D(G(z))
