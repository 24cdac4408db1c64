"""The tempering seam: how real data are shown to D."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from pipeline.gan.objective import Judge, Objective
from pipeline.gan.part import Part


class Tempering(Part):
    """Turns a real batch into what D is shown as real; a subclass is built from its block and the Setting."""

    def begin(self, step: int) -> None:
        """Set schedules for the step that follows `step` completed ones; runs outside the step."""

    def draw(self, shape: Sequence[int], stream: torch.Generator) -> Tensor | None:
        """Noise for one real batch of this shape, drawn outside the step; None where none is needed."""
        return None

    def present(self, real: Tensor, noise: Tensor | None) -> Tensor:
        """What D is shown, of the shape of `real`."""
        return real

    def update(self, real: Tensor, judge: Judge, objective: Objective) -> None:
        """The tempering's own learning step against D; nothing by default."""

    def report(self) -> dict[str, float]:
        """Columns for the training log."""
        return {}
