"""Feature matching (dfm, Eq. 10; Salimans et al. 2016)."""

from __future__ import annotations

from torch import Tensor

from pipeline.gan.guidance import Guidance
from pipeline.gan.part import Setting
from pipeline.params import seams


class FeatureMatching(Guidance):
    """‖E Φ(x) − E Φ(G(z))‖² over the minibatch: the first moment of the features and no other."""

    def __init__(self, config: seams.FeatureMatching, setting: Setting) -> None:
        super().__init__()
        self.weight = config.weight

    def loss(self, fake: Tensor, real: Tensor) -> Tensor:
        return self.weight * (real.mean(0) - fake.mean(0)).square().sum()
