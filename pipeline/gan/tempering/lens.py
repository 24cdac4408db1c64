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
    """D is shown L(x); L learns to fool D and to reconstruct x: L_L = λ L_A + L_R.

    Once λ = 0 the lens leaves D alone, whose dropout and batch statistics then go as they would without it.
    """

    def __init__(self, config: seams.Lens, setting: Setting) -> None:
        super().__init__()
        self.config = config
        with seeded(setting.seed, "init/lens"):
            self.network = networks.lens(config, setting.shape)
        self.weights = list(self.network.parameters())
        self.optimizers["lens"] = optimizers.build(config.optimizer, self.weights)
        self.register_buffer("adversarial_weight", torch.tensor(config.weight))
        self.adversarial_weight: Tensor
        self.opposed = config.weight > 0
        self.seen: dict[str, Tensor] = {}

    def begin(self, step: int) -> None:
        weight = lambda_at(self.config, step)
        self.opposed = weight > 0
        self.adversarial_weight.fill_(weight)

    def present(self, real: Tensor, noise: Tensor | None) -> Tensor:
        with torch.no_grad():
            lensed: Tensor = self.network(real)
        return lensed

    def update(self, real: Tensor, judge: Judge, objective: Objective) -> None:
        lensed = self.network(real)
        errors = (real - lensed).square().flatten(1)
        loss = errors.sum(1).mean() if self.config.reconstruction == "sum" else errors.mean()
        self.seen = {"lambda": self.adversarial_weight.clone(), "reconstruction": errors.detach().mean()}
        if self.opposed:
            adversarial = objective.impostor(judge(lensed).score)
            loss = self.adversarial_weight * adversarial + loss  # L_L = λ L_A + L_R
            self.seen["loss_lens_adversarial"] = adversarial.detach()
        self.optimizers["lens"].apply(torch.autograd.grad(loss, self.weights))

    def report(self) -> dict[str, float]:
        """λ, the squared error of a pixel and channel, and L_A while λ > 0."""
        return {name: value.item() for name, value in self.seen.items()}
