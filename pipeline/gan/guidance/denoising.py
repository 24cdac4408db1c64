"""Denoising feature matching (dfm, Eq. 4 and 5)."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan import optimizers
from pipeline.gan.component import RunShape
from pipeline.gan.guidance import Guidance
from pipeline.networks.denoiser import denoiser
from pipeline.networks.layers import build
from pipeline.params import seams


class Denoising(Guidance):
    """G moves its features Φ(G(z)) towards r(Φ(G(z))), with r a denoiser of the features of data.

    r is a constant target: the gradient reaches G through Φ(G(z)) alone. Each batch that r is given
    is normalised with its own statistics, generated and real apart.
    """

    config: seams.Denoising

    def __init__(self, config: seams.Denoising, run: RunShape) -> None:
        super().__init__(config, run)
        block = config.denoiser
        self.denoiser = build(lambda: denoiser(block, run.features), block, run.seed, "denoiser")
        self.register_buffer("updates", torch.zeros(()))
        self.updates: Tensor
        self.weights = list(self.denoiser.parameters())
        self.optimizers["denoiser"] = optimizers.build(config.optimizer, self.weights)
        self.last: dict[str, Tensor] = {}

    def draw(self, stream: torch.Generator) -> Tensor | None:
        return torch.randn(self.run.batch, self.run.features, device=stream.device, generator=stream)

    def loss(self, fake: Tensor, real: Tensor) -> Tensor:
        with torch.no_grad():
            target = self.denoiser(fake)
        error = (fake - target).square().mean()  # ‖Φ(G(z)) − r(Φ(G(z)))‖²/n_h
        self.last["denoising_error"] = error.detach()
        return self.config.weight * error

    def update(self, real: Tensor, noise: Tensor | None) -> None:
        assert noise is not None
        corrupted = real + self.deviation() * noise  # C(h) = h + σε
        loss = (real - self.denoiser(corrupted)).square().mean()  # Eq. 5, per feature
        self.optimizers["denoiser"].step(torch.autograd.grad(loss, self.weights))
        self.updates += 1
        self.last["denoiser_loss"] = loss.detach()
        self.last["feature_variance"] = real.var(0).mean()

    def deviation(self) -> Tensor:
        """σ of the corruption at the coming update."""
        config = self.config
        if config.sigma_final is None:
            return torch.full_like(self.updates, config.sigma)
        progress = (self.updates / config.sigma_steps).clamp(max=1)
        return config.sigma + progress * (config.sigma_final - config.sigma)

    def report(self) -> dict[str, float]:
        """denoising_error: mean squared distance per feature of generated features to their target.
        denoiser_loss: of real features, corrupted, to their denoised version. feature_variance: mean
        over D's features of their variance over real data, the scale of both."""
        return {name: value.item() for name, value in sorted(self.last.items())}
