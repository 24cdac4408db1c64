"""Tempered training: real data pass through a lens before D sees them (tempered, Sec. 2)."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan import optimizers
from pipeline.gan.component import RunShape
from pipeline.gan.objective import Discriminator, Objective
from pipeline.gan.schedule import lambda_at
from pipeline.gan.tempering import Tempering
from pipeline.networks import lens as networks
from pipeline.networks.layers import build
from pipeline.params import seams


class Lens(Tempering):
    """D is shown L(x); L learns to fool D and to reconstruct x: L_L = λ L_A + L_R.

    Once λ = 0 the lens leaves D alone, whose dropout and batch statistics then go as they would without it.
    """

    config: seams.Lens

    def __init__(self, config: seams.Lens, run: RunShape) -> None:
        super().__init__(config, run)
        self.network = build(lambda: networks.lens(config, run.shape), config, run.seed, "lens")
        self.weights = list(self.network.parameters())
        self.optimizers["lens"] = optimizers.build(config.optimizer, self.weights)
        self.register_buffer("adversarial_weight", torch.tensor(config.weight))
        self.adversarial_weight: Tensor
        self.adversarial = config.weight > 0
        self.last: dict[str, Tensor] = {}

    def begin(self, step: int) -> None:
        weight = lambda_at(self.config, step)
        self.adversarial = weight > 0
        self.adversarial_weight.fill_(weight)

    def temper(self, real: Tensor, noise: Tensor | None) -> Tensor:
        with torch.no_grad():
            lensed: Tensor = self.network(real)
        return lensed

    def update(self, real: Tensor, discriminator: Discriminator, objective: Objective) -> None:
        lensed = self.network(real)
        errors = (real - lensed).square().flatten(1)
        loss = errors.sum(1).mean() if self.config.reconstruction == "sum" else errors.mean()
        self.last = {"lambda": self.adversarial_weight.clone(), "reconstruction": errors.detach().mean()}
        if self.adversarial:
            adversarial = objective.lens_adversarial_loss(discriminator(lensed).score)
            loss = self.adversarial_weight * adversarial + loss  # L_L = λ L_A + L_R
            self.last["loss_lens_adversarial"] = adversarial.detach()
        self.optimizers["lens"].step(torch.autograd.grad(loss, self.weights))

    def report(self) -> dict[str, float]:
        """λ, the squared error of a pixel and channel, and L_A while λ > 0."""
        return {name: value.item() for name, value in self.last.items()}
