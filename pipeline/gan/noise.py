"""All the noise of training, drawn outside the step from named streams."""

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


class DiscriminatorBatch(NamedTuple):
    """Of one update of D: indices of its real `examples` (batch,), noise for the prior and the tempering,
    and the gradient penalty's ε (batch,)."""

    examples: Tensor
    latent: Tensor
    tempering: Tensor | None
    epsilon: Tensor | None


class StepNoise(NamedTuple):
    """Of one step: its updates of D, the prior's noise for its updates of G, and the guidance's noise."""

    discriminator: list[DiscriminatorBatch]
    generator: list[Tensor]
    guidance: Tensor | None


class NoiseSampler:
    """The streams of a run, a generator each, so that what one component draws moves no other's numbers.

    Dropout has no generator argument in torch; its stream is the global one, seeded here.
    """

    def __init__(self, config: Train, seed: int, data: Tensor, needs_epsilon: bool) -> None:
        self.config, self.device = config, data.device
        self.count, self.shape = data.shape[0], (config.batch, *data.shape[1:])
        self.needs_epsilon = needs_epsilon
        self.streams = {name: torch_stream(seed, name, data.device) for name in STREAMS}
        torch.manual_seed(derive(seed, "dropout"))

    def draw(self, prior: Prior, tempering: Tempering, guidance: Guidance) -> StepNoise:
        """The noise of one step."""
        config, latents = self.config, self.streams["latents"]
        batches = [self._discriminator_batch(prior, tempering) for _ in range(config.discriminator_steps)]
        corruption = guidance.draw(self.streams["guidance"])
        if config.update == "simultaneous":
            return StepNoise(batches, [batches[0].latent], corruption)
        latent = [prior.draw(config.batch, latents) for _ in range(config.generator_steps)]
        return StepNoise(batches, latent, corruption)

    def _discriminator_batch(self, prior: Prior, tempering: Tempering) -> DiscriminatorBatch:
        batch, device, streams = self.config.batch, self.device, self.streams
        return DiscriminatorBatch(
            torch.randint(self.count, (batch,), device=device, generator=streams["order"]),
            prior.draw(batch, streams["latents"]),
            tempering.draw(self.shape, streams["tempering"]),
            torch.rand(batch, device=device, generator=streams["mix"]) if self.needs_epsilon else None,
        )

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
