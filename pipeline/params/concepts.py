"""What is done with latents of samples that a classifier picked by their attributes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from pipeline.params.base import Block, Fraction, Implemented, NonNegative, Positive, PositiveFloat, Seed


class Arithmetic(Block):
    """Y = z̄(carrier with `attribute`) − z̄(carrier without it) + z̄(receiver without it) (gan, Fig. 7).

    Each z̄ is a mean over `exemplars` latents. `carrier` and `receiver` map names of the labels' factors
    to classes; the attribute is itself a factor, of classes 0 and 1. `triplets` independent choices of
    exemplars are made. `noise`: half the width of the uniform noise on Y's neighbours.
    """

    attribute: str
    carrier: dict[str, NonNegative]
    receiver: dict[str, NonNegative]
    exemplars: Positive
    triplets: Positive
    noise: PositiveFloat

    @model_validator(mode="after")
    def _attribute_is_apart(self) -> Arithmetic:
        if self.attribute in self.carrier or self.attribute in self.receiver:
            raise ValueError(f"'{self.attribute}' is transferred, so carrier and receiver must not name it")
        return self

    @property
    def factors(self) -> set[str]:
        return {self.attribute, *self.carrier, *self.receiver}


class Turn(Block):
    """A vector from the mean of `exemplars` samples of the factor's first class to that of its last
    (gan, Fig. 8), added to `samples` random latents α times, at `points` values of α in [−reach, reach].

    Of the first `rows` samples the pictures are kept.
    """

    factor: str
    exemplars: Positive
    samples: Positive
    rows: NonNegative
    points: Annotated[int, Field(ge=2)]
    reach: PositiveFloat


class Concepts(Implemented):
    """Exemplars are drawn, with `seed`, from those of `pool` samples of the last snapshot to which the
    data set's classifier gives every wanted class with at least probability `confidence`."""

    implementation: ClassVar[str] = "pipeline.gan.latent_arithmetic:maker"
    pool: Positive
    confidence: Fraction
    seed: Seed
    arithmetic: list[Arithmetic] = Field(default_factory=list)
    turn: Turn | None = None

    @property
    def factors(self) -> set[str]:
        """Names of the factors that the data set's labels must have."""
        turn = {self.turn.factor} if self.turn else set()
        return turn.union(*(each.factors for each in self.arithmetic))
