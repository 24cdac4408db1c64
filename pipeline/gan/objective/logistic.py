"""What the cross-entropy objectives share (gan, Eq. 1; tempered, Sec. 2 for the lens)."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus

from pipeline.gan.objective import Objective
from pipeline.params import seams


class Logistic(Objective):
    """D as a classifier with cross-entropy; a subclass adds G's loss."""

    def __init__(self, config: seams.Saturating | seams.NonSaturating) -> None:
        self.weight = config.discriminator_weight

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return self.weight * (softplus(-real).mean() + softplus(fake).mean())  # −log D(x) − log(1 − D(G(z)))

    def lens_adversarial_loss(self, real: Tensor) -> Tensor:
        return softplus(real).mean()  # −log(1 − D(L(x)))
