"""Feature matching (dfm, Eq. 10; Salimans et al. 2016)."""

from __future__ import annotations

from torch import Tensor

from pipeline.gan.guidance import Guidance
from pipeline.params import seams


class FeatureMatching(Guidance):
    """‖E Φ(x) − E Φ(G(z))‖² over the minibatch: the first moment of the features and no other."""

    config: seams.FeatureMatching

    def loss(self, fake: Tensor, real: Tensor) -> Tensor:
        return self.config.weight * (real.mean(0) - fake.mean(0)).square().sum()
