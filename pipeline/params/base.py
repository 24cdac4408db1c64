"""What every block of params.yaml has in common."""

from __future__ import annotations

import importlib
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]
NonNegative = Annotated[int, Field(ge=0)]
PositiveFloat = Annotated[float, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0)]


class Block(BaseModel):
    """A block of params.yaml: unknown keys and wrong types are errors, values never change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Implemented(Block):
    """A block that a module of its own carries out, so that only who has the block depends on the module.

    `implementation` is "module:attribute", or a module alone; it is imported only when it is used, so
    that reading params.yaml costs no import of torch.
    """

    implementation: ClassVar[str]

    @classmethod
    def load(cls) -> Any:
        name, _, attribute = cls.implementation.partition(":")
        module = importlib.import_module(name)
        return getattr(module, attribute) if attribute else module


class Choice(Implemented):
    """One of several blocks told apart by `kind`, each with the class or function that carries it out."""

    kind: str


Activation = Literal["relu", "leaky_relu", "tanh", "sigmoid", "linear"]
