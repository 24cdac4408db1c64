"""The tempering seam: how real data are shown to D."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from pipeline.gan.component import Component
from pipeline.gan.objective import Discriminator, Objective


class Tempering(Component):
    """Turns a real batch into what D is shown as real."""

    def begin(self, step: int) -> None:
        """Set schedules for the step that follows `step` completed ones; runs outside the step."""

    def draw(self, shape: Sequence[int], stream: torch.Generator) -> Tensor | None:
        """Noise for one real batch of this shape, drawn outside the step; None where none is needed."""
        return None

    def temper(self, real: Tensor, noise: Tensor | None) -> Tensor:
        """What D is shown, of the shape of `real`."""
        return real

    def update(self, real: Tensor, discriminator: Discriminator, objective: Objective) -> None:
        """The tempering's own learning step against D; nothing by default."""
