"""Tempered training: real data pass through a lens before D sees them (tempered, Sec. 2)."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan import optimizers
from pipeline.gan.objective import Judge, Objective
from pipeline.gan.part import Setting
from pipeline.gan.schedule import lambda_at
from pipeline.gan.tempering import Tempering
from pipeline.networks import lens as networks
from pipeline.networks.layers import seeded
from pipeline.params import seams


class Lens(Tempering):
    """D is shown L(x); L learns to fool D and to reconstruct x: L_L = λ L_A + L_R."""

    def __init__(self, config: seams.Lens, setting: Setting) -> None:
        super().__init__()
        self.config = config
        with seeded(setting.seed, "init/lens"):
            self.network = networks.lens(config, setting.shape)
        self.weights = list(self.network.parameters())
        self.optimizers["lens"] = optimizers.build(config.optimizer, self.weights)
        self.register_buffer("adversarial_weight", torch.tensor(config.weight))
        self.adversarial_weight: Tensor
        self.seen: dict[str, Tensor] = {}

    def begin(self, step: int) -> None:
        self.adversarial_weight.fill_(lambda_at(self.config, step))

    def present(self, real: Tensor, noise: Tensor | None) -> Tensor:
        with torch.no_grad():
            lensed: Tensor = self.network(real)
        return lensed

    def update(self, real: Tensor, judge: Judge, objective: Objective) -> None:
        lensed = self.network(real)
        errors = (real - lensed).square().flatten(1)
        adversarial = objective.impostor(judge(lensed).score)
        reconstruction = errors.sum(1).mean() if self.config.reconstruction == "sum" else errors.mean()
        loss = self.adversarial_weight * adversarial + reconstruction  # L_L = λ L_A + L_R
        self.optimizers["lens"].apply(torch.autograd.grad(loss, self.weights))
        self.seen = {
            "lambda": self.adversarial_weight.clone(),
            "reconstruction": errors.detach().mean(),
            "loss_lens_adversarial": adversarial.detach(),
        }

    def report(self) -> dict[str, float]:
        """λ, the squared error of a pixel and channel, and L_A."""
        return {name: value.item() for name, value in self.seen.items()}
