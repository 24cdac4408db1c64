"""What the implementations of prior, tempering and guidance have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from torch import Tensor, nn

from pipeline.gan.optimizers import Optimizer
from pipeline.params.base import Choice


@dataclass(frozen=True)
class RunShape:
    """What a component must know of the run that it is built for.

    shape: of one example. low, high: the range of the data. features: width of D's features.
    batch: examples in a minibatch. seed: of the run, for the component's own initial weights.
    """

    shape: tuple[int, ...]
    low: float
    high: float
    features: int
    batch: int
    seed: int


class Component(nn.Module):
    """A seam's implementation: it owns its networks, and the optimisers that alone move them."""

    def __init__(self, config: Choice, run: RunShape) -> None:
        super().__init__()
        self.config, self.run = config, run
        self.optimizers: dict[str, Optimizer] = {}

    def report(self) -> dict[str, float]:
        """Columns for the training log."""
        return {}

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """What `to(device)` does to the weights, done to the optimisers' state as well."""
        super()._apply(fn, recurse)
        for optimizer in self.optimizers.values():
            optimizer.convert(fn)
        return self

    def training_state(self) -> dict[str, Any]:
        """Everything that the component's next step depends on; `state_dict` alone has the weights."""
        optimizers = {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()}
        return {"weights": self.state_dict(), "optimizers": optimizers}

    def load_training_state(self, state: dict[str, Any]) -> None:
        self.load_state_dict(state["weights"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
