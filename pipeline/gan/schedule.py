"""Schedules of the temperings as functions of the step: β (beta_gan, Algorithm 1), λ (tempered, Eq. 7).

Plain arithmetic apart from the tempering seam, so that figures can mark them without importing torch.
"""

from __future__ import annotations

import math

from pipeline.params.seams import Anneal, Lens


def inverse_temperatures(config: Anneal) -> list[float]:
    """The finite, positive β of the schedule, in order.

    β_k = first·α^k with α = (last/first)^(1/stages), k = 0 … stages − 1. With this exponent, the one
    printed in Algorithm 1, the loop ends one factor short of `last`; `include_last` adds that stage.
    """
    ratio = config.beta_last / config.beta_first
    betas = [config.beta_first * ratio ** (k / config.stages) for k in range(config.stages)]
    return [*betas, config.beta_last] if config.include_last else betas


def beta_at(config: Anneal, step: int) -> float:
    """β of the step that follows `step` completed ones: 0 while uniform, infinite once the data are raw."""
    annealed = step - config.uniform_steps
    if annealed < 0:
        return 0.0
    stage = annealed // config.stage_steps if config.stage_steps else config.temperatures
    return inverse_temperatures(config)[stage] if stage < config.temperatures else math.inf


def boundaries(config: Anneal) -> list[int]:
    """The steps at which β changes: the start of each temperature in turn, then of β = ∞.

    A stage of no steps begins where the next one does.
    """
    return [config.uniform_steps + k * config.stage_steps for k in range(config.temperatures + 1)]


def lambda_at(config: Lens, step: int) -> float:
    """λ of the step that follows `step` completed ones (tempered, Eq. 7); constant without schedule_steps."""
    if config.schedule_steps is None:
        return config.weight
    if step >= config.schedule_steps:
        return 0.0
    return config.weight * (1 - math.sin(step * math.pi / (2 * config.schedule_steps)))
