"""All the chance of training, drawn outside the step from named streams."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from pipeline.base.random_streams import derive, torch_stream
from pipeline.gan.guidance import Guidance
from pipeline.gan.prior import Prior
from pipeline.gan.tempering import Tempering
from pipeline.params.experiment import Train

STREAMS = ("order", "latents", "tempering", "mix", "guidance")


class Turn(NamedTuple):
    """Chance of one discriminator update: indices of `examples` (batch,), noise for the prior and the
    tempering, and the penalty's mixing numbers (batch,)."""

    examples: Tensor
    noise: Tensor
    heat: Tensor | None
    mix: Tensor | None


class Iteration(NamedTuple):
    """Chance of one step: its discriminator updates, the prior's noise for its generator updates, and
    the guidance's noise for its own."""

    discriminator: list[Turn]
    generator: list[Tensor]
    guidance: Tensor | None


class Draws:
    """The streams of a run. Each has its own generator, so that one part's use of chance moves no other's.

    Dropout has no generator argument in torch; its stream is the global one, seeded here.
    """

    def __init__(self, config: Train, seed: int, data: Tensor, needs_mix: bool) -> None:
        self.config, self.device = config, data.device
        self.count, self.shape = data.shape[0], (config.batch, *data.shape[1:])
        self.needs_mix = needs_mix
        self.streams = {name: torch_stream(seed, name, data.device) for name in STREAMS}
        torch.manual_seed(derive(seed, "dropout"))

    def next(self, prior: Prior, tempering: Tempering, guidance: Guidance) -> Iteration:
        """Draw one iteration."""
        turns = [self._turn(prior, tempering) for _ in range(self.config.discriminator_steps)]
        corruption = guidance.draw(self.streams["guidance"])
        if self.config.update == "simultaneous":
            return Iteration(turns, [turns[0].noise], corruption)
        batch, latents = self.config.batch, self.streams["latents"]
        noises = [prior.draw(batch, latents) for _ in range(self.config.generator_steps)]
        return Iteration(turns, noises, corruption)

    def _turn(self, prior: Prior, tempering: Tempering) -> Turn:
        batch, streams = self.config.batch, self.streams
        examples = torch.randint(self.count, (batch,), device=self.device, generator=streams["order"])
        mix = torch.rand(batch, device=self.device, generator=streams["mix"]) if self.needs_mix else None
        noise = prior.draw(batch, streams["latents"])
        return Turn(examples, noise, tempering.draw(self.shape, streams["tempering"]), mix)

    def state_dict(self) -> dict[str, Any]:
        state = {name: stream.get_state() for name, stream in self.streams.items()}
        state["dropout"] = torch.get_rng_state()
        if self.device.type == "cuda":
            state["dropout_cuda"] = torch.cuda.get_rng_state(self.device)
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for name, stream in self.streams.items():
            stream.set_state(state[name])
        torch.set_rng_state(state["dropout"])
        if self.device.type == "cuda":
            torch.cuda.set_rng_state(state["dropout_cuda"], self.device)
