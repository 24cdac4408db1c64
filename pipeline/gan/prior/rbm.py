"""The associative memory: an RBM over D's features, whose negative samples are G's input (aan, Sec. 5)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from pipeline.gan import optimizers
from pipeline.gan.component import RunShape
from pipeline.gan.prior import Prior
from pipeline.gan.rbm import LOG_2, RBM, draw_visible
from pipeline.networks.layers import build
from pipeline.params import seams


class AssociativeMemory(Prior):
    """Learns the law of D's features of real data by CD-k, and feeds the end of its chains to G.

    No gradient passes from the RBM to D or from G to the RBM.
    """

    config: seams.RBM

    def __init__(self, config: seams.RBM, run: RunShape) -> None:
        super().__init__(config, run)
        sizes = config.dim, config.hidden, config.visible, config.init_std
        self.rbm = build(lambda: RBM(*sizes), config, run.seed, "prior")
        self.optimizers["rbm"] = optimizers.build(config.optimizer, list(self.rbm.parameters()))
        self.start_noise = config.dim if (config.visible, config.data) == ("binary", "draws") else 0
        self.chains: tuple[Tensor, Tensor] | None = None

    def draw(self, batch: int, stream: torch.Generator) -> Tensor:
        """U(0, 1) numbers for the start and `gibbs` steps of one chain an example."""
        return self._uniform(batch, self.start_noise + self.config.gibbs * self.rbm.step_noise, stream)

    @torch.no_grad()
    def latents(self, noise: Tensor, features: Tensor) -> Tensor:
        """The end of chains that start at the features, (batch, dim); both ends are kept for `update`."""
        start, noise = self._start(features, noise)
        *_, (end, h) = self.rbm.steps(start, noise)
        self.chains = start, end
        return self._output(end, h)

    @torch.no_grad()
    def update(self, features: Tensor) -> None:
        """One step of CD-k with momentum, on the chains that made the last latents."""
        if self.chains is not None:
            ascent = self.rbm.contrastive_divergence(*self.chains)
            self.optimizers["rbm"].step([-derivative for derivative in ascent])

    @torch.no_grad()
    def sample(self, count: int, stream: torch.Generator) -> Tensor:
        """The end of chains of `burn_in` steps without any data, from units that follow their own biases.

        A start at random would leave half of the chains where all signs are reversed, which the
        interaction does not tell from the data's side and a chain seldom leaves.
        """
        field = self.rbm.visible_bias.expand(count, -1)
        v = draw_visible(self.rbm.kind, field, self._uniform(count, self.config.dim, stream))
        for _ in range(self.config.burn_in):
            ((v, h),) = self.rbm.steps(v, self._uniform(count, self.rbm.step_noise, stream))
        return self._output(v, h)

    @torch.no_grad()
    def walk(self, features: Tensor, steps: int, stream: torch.Generator) -> Tensor:
        """Latents (count, steps, dim) after 1 … `steps` Gibbs steps from D's features (aan, Fig. 3)."""
        noise = self._uniform(len(features), self.start_noise + steps * self.rbm.step_noise, stream)
        chain = self.rbm.steps(*self._start(features, noise))
        return torch.stack([self._output(v, h) for v, h in chain], dim=1)

    def report(self) -> dict[str, float]:
        """prior_entropy: of one unit's own law over the last chains, in nats, mean over units; log 2 at most
        for ±1 units, and 0 once all chains agree."""
        if self.chains is None:
            return {"prior_entropy": math.nan}
        _, end = self.chains
        if self.config.visible == "gaussian":
            return {"prior_entropy": (0.5 * (2 * math.pi * math.e * end.var(0)).log()).mean().item()}
        up = ((1 + end.mean(0)) / 2).clamp(0, 1)
        entropy = torch.special.entr(up) + torch.special.entr(1 - up)
        return {"prior_entropy": entropy.mean().clamp(max=LOG_2).item()}

    def _start(self, features: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Visible states at which chains start, and the noise that is left for their steps.

        Means would make their squares f² < 1 face those of samples, which are 1, and the weights would
        be drawn to zero.
        """
        own, rest = noise.split((self.start_noise, noise.shape[1] - self.start_noise), dim=1)
        start = torch.where(own < (1 + features) / 2, 1.0, -1.0) if self.start_noise else features
        return start, rest

    def _output(self, v: Tensor, h: Tensor) -> Tensor:
        return v if self.config.output == "samples" else self.rbm.visible_mean(h)

    def _uniform(self, count: int, numbers: int, stream: torch.Generator) -> Tensor:
        return torch.rand(count, numbers, device=stream.device, generator=stream)
