"""Studies as blocks of params.yaml: what is trained or computed on a known law, outside the GAN trainer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.params.base import Block, Choice, Positive, PositiveFloat, Seed


class KnownLaw(Block):
    """A mixture of Gaussians of equal weight and common deviation `sigma` around `centres`, (K, dim)."""

    centres: Annotated[list[Annotated[list[float], Field(min_length=1)]], Field(min_length=1)]
    sigma: PositiveFloat

    @model_validator(mode="after")
    def _one_dimension(self) -> KnownLaw:
        if len({len(centre) for centre in self.centres}) > 1:
            raise ValueError("all centres need the same number of coordinates")
        return self


class Places(Block):
    """`count` points of the law at which what was trained is kept.

    `stream` names the random numbers that they are drawn with: another stream, other points. With
    `each_seed` every seed has points of its own, else all have those of seed 0.
    """

    count: Positive
    stream: Annotated[str, Field(min_length=1)]
    each_seed: bool


class Denoiser(Choice):
    """Denoisers r of the points of a law by Eq. 5 of dfm, one for each noise and seed.

    `noises` are deviations of the corruption; `depth` hidden layers of `width` units, trained for `steps`
    updates on `batch` points each, with Adam at `rate`.
    """

    implementation = "pipeline.studies.denoiser:compute"
    kind: Literal["denoiser"]
    paper: str
    law: KnownLaw
    noises: Annotated[list[PositiveFloat], Field(min_length=1)]
    seeds: Annotated[list[Seed], Field(min_length=1)]
    depth: Positive
    width: Positive
    steps: Positive
    batch: Positive
    rate: PositiveFloat
    points: Places

    @model_validator(mode="after")
    def _listed_once(self) -> Denoiser:
        for name in ("noises", "seeds"):
            values = getattr(self, name)
            if len(set(values)) != len(values):
                raise ValueError(f"{name} are listed twice: {values}")
        return self


# A union of blocks told apart by `kind`, as of metrics, once there are two.
Study = Denoiser
