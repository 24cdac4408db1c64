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
from pipeline.gan.draws import Draws, Iteration
from pipeline.gan.guidance import Guidance
from pipeline.gan.objective import Objective
from pipeline.gan.part import Setting
from pipeline.gan.prior import Prior
from pipeline.gan.tempering import Tempering
from pipeline.networks import build_discriminator, build_generator
from pipeline.params import networks as blocks
from pipeline.params.base import Choice
from pipeline.params.experiment import Train


class Player:
    """A network with the optimiser that alone moves it."""

    def __init__(self, network: nn.Module, config: blocks.Optimizer) -> None:
        self.network = network
        self.parameters = list(network.parameters())
        self.optimizer = optimizers.build(config, self.parameters)
        self.gradients: Sequence[Tensor] = ()

    def backward(self, loss: Tensor) -> None:
        """Take this network's gradients of the loss, and no other network's."""
        self.gradients = torch.autograd.grad(loss, self.parameters)

    def move(self) -> None:
        self.optimizer.apply(self.gradients)

    def state_dict(self) -> dict[str, Any]:
        return {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])


class Trainer:
    """A run in memory.

    data: uint8 images (count, channels, height, width) or float32 points (count, dim), on the device
    that trains; it never leaves it.
    """

    def __init__(self, config: Train, data: Tensor, seed: int) -> None:
        self.config, self.data = config, data
        (low, high), shape, device = config.range, tuple(data.shape[1:]), data.device
        generator = build_generator(config.networks.generator, config.prior.dim, shape, seed)
        discriminator = build_discriminator(config.networks.discriminator, shape, seed)
        self.generator = Player(generator.to(device), config.optimizers.generator)
        self.discriminator = Player(discriminator.to(device), config.optimizers.discriminator)
        setting = Setting(shape, low, high, discriminator.width, config.batch, seed)
        self.objective: Objective = config.objective.load()(config.objective)
        self.prior: Prior = self._part(config.prior, setting)
        self.tempering: Tempering = self._part(config.tempering, setting)
        self.guidance: Guidance = self._part(config.guidance, setting)
        self.draws = Draws(config, seed, data, self.objective.needs_penalty)
        self.step = 0
        self.sound = torch.ones((), dtype=torch.bool, device=device)
        self.sound_steps = torch.zeros((), dtype=torch.int64, device=device)
        self.seen: dict[str, Tensor] = {}

    def advance(self) -> None:
        """One step: set the schedules, draw the chance, train."""
        self.tempering.begin(self.step)
        self.iterate(self.draws.next(self.prior, self.tempering, self.guidance))
        self.step += 1

    def iterate(self, chance: Iteration) -> None:
        """Train on given chance: D, then G, then what the seams own; on tensors only, without a host sync.

        `alternating` moves each network at once; `simultaneous` takes all gradients at the same
        parameters first.
        """
        judge, generate = self.discriminator.network, self.generator.network
        together = self.config.update == "simultaneous"
        for turn in chance.discriminator:
            real = to_values(self.data[turn.examples], self.config.range)
            shown = self.tempering.present(real, turn.heat)
            on_real = judge(shown)
            features = on_real.features.detach()
            with torch.set_grad_enabled(together):
                fake = generate(self.prior.latents(turn.noise, features))
            on_fake = judge(fake.detach())
            loss_d = self.objective.discriminator(on_real.score, on_fake.score)
            if turn.mix is not None:
                loss_d = loss_d + self.objective.penalty(judge, shown, fake.detach(), turn.mix)
            self.discriminator.backward(loss_d)
            if not together:
                self.discriminator.move()
        loss_g = torch.zeros_like(loss_d)
        for noise in chance.generator:
            if not together:
                fake = generate(self.prior.latents(noise, features))
            judged = judge(fake)
            loss_g = self.objective.generator(judged.score) + self.guidance.loss(judged.features, features)
            self.generator.backward(loss_g)
            if not together:
                self.generator.move()
        self.tempering.update(real, judge, self.objective)
        self.prior.update(features)
        self.guidance.update(features, chance.guidance)
        if together:
            self.discriminator.move()
            self.generator.move()
        self._note(loss_d.detach(), loss_g.detach(), on_real.score.detach(), on_fake.score.detach())

    def report(self) -> dict[str, float]:
        """A row of the training log; waits for the device."""
        seen = self.seen
        gradients = [g.norm() for g in self.generator.gradients]
        norm = torch.stack(gradients).norm().item() if gradients else 0.0
        return {
            "step": self.step,
            "loss_discriminator": seen["loss_d"].item(),
            "loss_generator": seen["loss_g"].item(),
            "d_real": self.objective.opinion(seen["real"]).mean().item(),
            "d_fake": self.objective.opinion(seen["fake"]).mean().item(),
            "gradient_generator": norm,
            **self._log_opinions(),
            **{key: value for part in self._parts().values() for key, value in part.report().items()},
        }

    def _log_opinions(self) -> dict[str, float]:
        """E log D(x) and E log D(G(z)) over the last batches, where D gives probabilities (aan, Sec. 6.2)."""
        if not self.objective.probabilistic:
            return {}
        return {f"log_d_{name}": logsigmoid(self.seen[name]).mean().item() for name in ("real", "fake")}

    def diverged_at(self) -> int | None:
        """The first step whose losses were not finite, or None; waits for the device.

        Of what the last step did to the weights no further loss tells: they must be finite themselves.
        """
        if not self.sound:
            return int(self.sound_steps) + 1
        return self.step if self.step == self.config.steps and not self._weights_are_finite() else None

    def _weights_are_finite(self) -> bool:
        states = (module.state_dict().values() for module in self._modules().values())
        return all(bool(torch.isfinite(value).all()) for state in states for value in state)

    def snapshot(self) -> dict[str, dict[str, Tensor]]:
        """Copies of all weights that sampling may need, on the CPU: both networks, the prior's and the
        tempering's. A guidance serves training alone, and may be the largest of all."""
        return {
            name: {key: value.detach().cpu().clone() for key, value in module.state_dict().items()}
            for name, module in self._modules().items()
        }

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "step": self.step,
            "sound": self.sound,
            "sound_steps": self.sound_steps,
            "draws": self.draws.state_dict(),
            **{name: player.state_dict() for name, player in self._players().items()},
            **{name: part.training_state() for name, part in self._parts().items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.step = state["step"]
        self.sound.copy_(state["sound"])
        self.sound_steps.copy_(state["sound_steps"])
        self.draws.load_state_dict(state["draws"])
        for name, player in self._players().items():
            player.load_state_dict(state[name])
        for name, part in self._parts().items():
            part.load_training_state(state[name])

    def _players(self) -> dict[str, Player]:
        return {"generator": self.generator, "discriminator": self.discriminator}

    def _modules(self) -> dict[str, nn.Module]:
        """What sampling needs."""
        networks = {name: player.network for name, player in self._players().items()}
        return {**networks, "prior": self.prior, "tempering": self.tempering}

    def _parts(self) -> dict[str, Prior | Tempering | Guidance]:
        return {"prior": self.prior, "tempering": self.tempering, "guidance": self.guidance}

    def _part(self, config: Choice, setting: Setting) -> Any:
        return config.load()(config, setting).to(self.data.device)

    def _note(self, loss_d: Tensor, loss_g: Tensor, real: Tensor, fake: Tensor) -> None:
        self.sound &= torch.isfinite(loss_d + loss_g)
        self.sound_steps += self.sound
        self.seen = {"loss_d": loss_d, "loss_g": loss_g, "real": real, "fake": fake}
