"""Wasserstein critic with gradient penalty (tempered, Eq. 4–6; the penalty is Gulrajani et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor

from pipeline.gan.objective import Discriminator, Objective
from pipeline.params import seams


class WassersteinGP(Objective):
    needs_penalty = True
    probabilistic = False

    def __init__(self, config: seams.WassersteinGP) -> None:
        self.coefficient = config.penalty

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return fake.mean() - real.mean()  # Eq. 5

    def generator_loss(self, fake: Tensor) -> Tensor:
        return -fake.mean()  # Eq. 4

    def lens_adversarial_loss(self, real: Tensor) -> Tensor:
        return real.mean()  # Eq. 6

    def penalty(self, discriminator: Discriminator, real: Tensor, fake: Tensor, epsilon: Tensor) -> Tensor:
        """λ_gp E(‖∇D(x̂)‖₂ − 1)², x̂ = εx + (1 − ε)G(z), x being what D is shown as real."""
        epsilon = epsilon.view(-1, *[1] * (real.ndim - 1))
        between = (epsilon * real + (1 - epsilon) * fake).detach().requires_grad_()
        (slope,) = torch.autograd.grad(discriminator(between).score.sum(), between, create_graph=True)
        return self.coefficient * (slope.flatten(1).norm(dim=1) - 1).square().mean()
