"""The associative memory: an RBM over D's features, whose negative samples are G's input (aan, Sec. 5)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from pipeline.gan import optimizers
from pipeline.gan.part import Setting
from pipeline.gan.prior import Prior
from pipeline.gan.rbm import LOG_2, RBM
from pipeline.networks.layers import seeded
from pipeline.params import seams


class AssociativeMemory(Prior):
    """Learns the law of D's features of real data by CD-k, and feeds the end of its chains to G.

    No gradient passes from the RBM to D or from G to the RBM.
    """

    def __init__(self, config: seams.RBM, setting: Setting) -> None:
        super().__init__()
        self.config, self.dim = config, config.dim
        with seeded(setting.seed, "init/prior"):
            self.rbm = RBM(config.dim, config.hidden, config.visible, config.init_std)
        self.optimizers["rbm"] = optimizers.build(config.optimizer, list(self.rbm.parameters()))
        self.negative: Tensor | None = None

    def draw(self, batch: int, stream: torch.Generator) -> Tensor:
        """U(0, 1) numbers for `gibbs` steps of one chain an example."""
        return self._uniform(batch, self.config.gibbs, stream)

    @torch.no_grad()
    def latents(self, noise: Tensor, features: Tensor) -> Tensor:
        """The end of chains that start at the features, (batch, dim); kept for the RBM's own update."""
        *_, (self.negative, h) = self.rbm.steps(features, noise)
        return self._output(self.negative, h)

    @torch.no_grad()
    def update(self, features: Tensor) -> None:
        """One step of CD-k with momentum, on the chains that made the last latents."""
        if self.negative is None:
            return
        ascent = self.rbm.contrastive_divergence(features, self.negative)
        self.optimizers["rbm"].apply([-derivative for derivative in ascent])

    @torch.no_grad()
    def sample(self, count: int, stream: torch.Generator) -> Tensor:
        """The end of chains of `burn_in` steps that start at random, without any data."""
        start = self._uniform(count, 1, stream)[:, : self.dim]
        v = torch.where(start < 0.5, -1.0, 1.0)
        for _ in range(self.config.burn_in):
            ((v, h),) = self.rbm.steps(v, self._uniform(count, 1, stream))
        return self._output(v, h)

    @torch.no_grad()
    def walk(self, features: Tensor, steps: int, stream: torch.Generator) -> Tensor:
        """Latents (count, steps, dim) after 1 … `steps` Gibbs steps from D's features (aan, Fig. 3)."""
        chain = self.rbm.steps(features, self._uniform(len(features), steps, stream))
        return torch.stack([self._output(v, h) for v, h in chain], dim=1)

    def report(self) -> dict[str, float]:
        """prior_entropy: of one unit's own law over the last chains, in nats, mean over units; log 2 at most
        for ±1 units, and 0 once all chains agree."""
        if self.negative is None:
            return {"prior_entropy": math.nan}
        if self.config.visible == "gaussian":
            variance = self.negative.var(0)
            return {"prior_entropy": (0.5 * (2 * math.pi * math.e * variance).log()).mean().item()}
        up = ((1 + self.negative.mean(0)) / 2).clamp(0, 1)
        entropy = torch.special.entr(up) + torch.special.entr(1 - up)
        return {"prior_entropy": entropy.mean().clamp(max=LOG_2).item()}

    def _output(self, v: Tensor, h: Tensor) -> Tensor:
        return v if self.config.output == "samples" else self.rbm.visible_mean(h)

    def _uniform(self, count: int, steps: int, stream: torch.Generator) -> Tensor:
        return torch.rand(count, steps * self.rbm.chance, device=stream.device, generator=stream)
