"""What the implementations of prior, tempering and guidance have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from torch import Tensor, nn

from pipeline.gan.optimizers import Optimizer


@dataclass(frozen=True)
class Setting:
    """The run that a part is built for.

    shape: of one example. low, high: the range of the data. features: width of D's features.
    batch: examples in a minibatch. seed: of the run, for the part's own initial weights.
    """

    shape: tuple[int, ...]
    low: float
    high: float
    features: int
    batch: int
    seed: int


class Part(nn.Module):
    """A seam's implementation: it owns its networks, and the optimisers that alone move them."""

    def __init__(self) -> None:
        super().__init__()
        self.optimizers: dict[str, Optimizer] = {}

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """What `to(device)` does to the weights, done to the optimisers' state as well."""
        super()._apply(fn, recurse)
        for optimizer in self.optimizers.values():
            optimizer.move(fn)
        return self

    def training_state(self) -> dict[str, Any]:
        """Everything that the part's next step depends on; `state_dict` alone has the weights."""
        optimizers = {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()}
        return {"weights": self.state_dict(), "optimizers": optimizers}

    def load_training_state(self, state: dict[str, Any]) -> None:
        self.load_state_dict(state["weights"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
