"""The one trainer: two networks, four seams, one step.

It knows the seams and no paper; a method is a choice of objective, prior, tempering and guidance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

from pipeline.base.pixels import to_values
from pipeline.gan import optimizers
from pipeline.gan.component import Component
from pipeline.gan.model import Model, build_guidance
from pipeline.gan.noise import NoiseSampler, StepNoise
from pipeline.gan.objective import Objective
from pipeline.params import networks as blocks
from pipeline.params.experiment import Train


class TrainedNetwork:
    """A network with the optimiser that alone moves it."""

    def __init__(self, network: nn.Module, config: blocks.Optimizer) -> None:
        self.network = network
        self.parameters = list(network.parameters())
        self.optimizer = optimizers.build(config, self.parameters)
        self.gradients: Sequence[Tensor] = ()

    def backward(self, loss: Tensor) -> None:
        """Take this network's gradients of the loss, and no other network's."""
        self.gradients = torch.autograd.grad(loss, self.parameters)

    def step(self) -> None:
        self.optimizer.step(self.gradients)

    def state_dict(self) -> dict[str, Any]:
        return {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])


class Trainer:
    """A run in memory. A step is all of its updates of D, then all of G, then one of each component.

    data: uint8 images (count, channels, height, width) or float32 points (count, dim), on the device
    that trains; it never leaves it. completed: number of steps.
    """

    def __init__(self, config: Train, data: Tensor, seed: int) -> None:
        self.config, self.data = config, data
        self.model = Model(config, tuple(data.shape[1:]), seed).to(data.device)
        self.prior, self.tempering = self.model.prior, self.model.tempering
        self.guidance = build_guidance(config, self.model.run).to(data.device)
        self.generator = TrainedNetwork(self.model.generator, config.optimizers.generator)
        self.discriminator = TrainedNetwork(self.model.discriminator, config.optimizers.discriminator)
        self.objective: Objective = config.objective.load()(config.objective)
        self.noise = NoiseSampler(config, seed, data, self.objective.needs_penalty)
        self.completed = 0
        self.finite = torch.ones((), dtype=torch.bool, device=data.device)
        self.finite_steps = torch.zeros((), dtype=torch.int64, device=data.device)
        self.last: dict[str, Tensor] = {}

    def step(self) -> None:
        """Set the schedules, draw the noise, train."""
        self.tempering.begin(self.completed)
        self.train_step(self.noise.draw(self.prior, self.tempering, self.guidance))
        self.completed += 1

    def train_step(self, noise: StepNoise) -> None:
        """Algorithm 1 (gan) on given noise, and an update of each component; without a host sync.

        `alternating` moves a network at once; `simultaneous` takes all gradients at the same parameters.
        """
        G, D, objective = self.generator.network, self.discriminator.network, self.objective
        simultaneous = self.config.update == "simultaneous"

        # for k steps: from minibatches of m noise samples z and m examples x, update the discriminator
        for batch in noise.discriminator:
            real = to_values(self.data[batch.examples], self.config.range)  # x ~ p_data
            tempered_real = self.tempering.temper(real, batch.tempering)  # x_β, L(x), or x itself
            on_real = D(tempered_real)  # D(x)
            features = on_real.features.detach()  # Φ(x)
            with torch.set_grad_enabled(simultaneous):
                fake = G(self.prior.latents(batch.latent, features))  # G(z), z ~ p_g(z)
            on_fake = D(fake.detach())  # D(G(z))
            d_real, d_fake = on_real.score, on_fake.score
            loss_d = objective.discriminator_loss(d_real, d_fake)  # −log D(x) − log(1 − D(G(z)))
            if batch.epsilon is not None:  # + λ_gp E(‖∇D(x̂)‖₂ − 1)²
                loss_d = loss_d + objective.penalty(D, tempered_real, fake.detach(), batch.epsilon)
            self.discriminator.backward(loss_d)  # ∇_θd
            if not simultaneous:
                self.discriminator.step()

        # from a minibatch of m noise samples z, update the generator
        loss_g = torch.zeros_like(loss_d)
        for latent in noise.generator:
            if not simultaneous:
                fake = G(self.prior.latents(latent, features))  # G(z)
            output = D(fake)  # D(G(z)), D being updated by now unless the update is simultaneous
            loss_g = objective.generator_loss(output.score)  # log(1 − D(G(z))) or −log D(G(z))
            loss_g = loss_g + self.guidance.loss(output.features, features)  # of Φ(G(z)) against Φ(x)
            self.generator.backward(loss_g)  # ∇_θg
            if not simultaneous:
                self.generator.step()

        # update what the components learn: the lens, the associative memory, the denoiser
        self.tempering.update(real, D, objective)
        self.prior.update(features)
        self.guidance.update(features, noise.guidance)
        if simultaneous:
            self.discriminator.step()
            self.generator.step()

        self.finite &= torch.isfinite(loss_d.detach() + loss_g.detach())
        self.finite_steps += self.finite
        last = {"loss_d": loss_d, "loss_g": loss_g, "real": d_real, "fake": d_fake}
        self.last = {name: value.detach() for name, value in last.items()}

    def report(self) -> dict[str, float]:
        """A row of the training log; waits for the device. Beside losses and D's mean output, where D gives
        probabilities E log D(x) and E log D(G(z)) over the last batches (aan, Sec. 6.2)."""
        last, objective = self.last, self.objective
        gradients = [g.norm() for g in self.generator.gradients]
        logs = ("real", "fake") if objective.probabilistic else ()
        return {
            "step": self.completed,
            "loss_discriminator": last["loss_d"].item(),
            "loss_generator": last["loss_g"].item(),
            "d_real": objective.probability_or_score(last["real"]).mean().item(),
            "d_fake": objective.probability_or_score(last["fake"]).mean().item(),
            "gradient_generator": torch.stack(gradients).norm().item() if gradients else 0.0,
            **{f"log_d_{name}": logsigmoid(last[name]).mean().item() for name in logs},
            **{key: value for each in self._components().values() for key, value in each.report().items()},
        }

    def diverged_at(self) -> int | None:
        """The first step whose losses were not finite, or None; waits for the device.

        Of what the last step did to the weights no further loss tells: they must be finite themselves.
        """
        if not self.finite:
            return int(self.finite_steps) + 1
        if self.completed < self.config.steps:
            return None
        weights = self.model.state_dict().values()
        return None if all(bool(torch.isfinite(value).all()) for value in weights) else self.completed

    def snapshot(self) -> dict[str, dict[str, Tensor]]:
        """Copies of the model's weights on the CPU."""
        return {
            name: {key: value.detach().cpu().clone() for key, value in module.state_dict().items()}
            for name, module in self.model.named_children()
        }

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "step": self.completed,
            "finite": self.finite,
            "finite_steps": self.finite_steps,
            "noise": self.noise.state_dict(),
            **{name: network.state_dict() for name, network in self._networks().items()},
            **{name: component.training_state() for name, component in self._components().items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.completed = state["step"]
        self.finite.copy_(state["finite"])
        self.finite_steps.copy_(state["finite_steps"])
        self.noise.load_state_dict(state["noise"])
        for name, network in self._networks().items():
            network.load_state_dict(state[name])
        for name, component in self._components().items():
            component.load_training_state(state[name])

    def _networks(self) -> dict[str, TrainedNetwork]:
        return {"generator": self.generator, "discriminator": self.discriminator}

    def _components(self) -> dict[str, Component]:
        return {"prior": self.prior, "tempering": self.tempering, "guidance": self.guidance}
