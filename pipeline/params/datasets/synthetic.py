"""Data that are drawn from known laws."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.params.base import Choice, Positive, PositiveFloat, Seed
from pipeline.params.datasets.common import Splits

OBTAINED, LICENCE = "computed", "none needed"


class Source(Choice):
    """No files: the data are drawn."""

    implementation: ClassVar[str] = "pipeline.datasets.fetch:nothing"
    kind: Literal["synthetic"]


class Drawn(Choice):
    """`count` points or images, drawn with `seed`."""

    source: ClassVar[str] = "synthetic"
    count: Positive
    seed: Seed
    splits: Splits


class Mixture(Drawn):
    """Equally weighted Gaussians of common deviation `sigma` in [−1, 1]^dim.

    layouts: `spaced` (1-D, equally spaced in [−radius, radius]), `ring` (2-D), `simplex` (3-D, the
    vertices of a tetrahedron scaled by `radius`, the fifth component at the origin), `sphere`
    (3-D, a Fibonacci sphere).
    """

    implementation: ClassVar[str] = "pipeline.datasets.mixture:prepare"
    title: ClassVar[str] = "a mixture of Gaussians"
    kind: Literal["mixture"]
    dim: Literal[1, 2, 3]
    components: Positive
    layout: Literal["spaced", "ring", "simplex", "sphere"]
    radius: Annotated[float, Field(ge=0)]
    sigma: PositiveFloat

    @model_validator(mode="after")
    def _layout_fits(self) -> Mixture:
        dims = {"spaced": 1, "ring": 2, "simplex": 3, "sphere": 3}
        if self.dim != dims[self.layout]:
            raise ValueError(f"layout '{self.layout}' needs dim {dims[self.layout]}, not {self.dim}")
        if self.layout == "simplex" and self.components not in (4, 5):
            raise ValueError("layout 'simplex' has 4 components, or 5 with the one at the origin")
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.dim,)


class Cubes(Drawn):
    """Two cubic wire frames in 3-D, one inside the other: points uniform along the 24 edges."""

    implementation: ClassVar[str] = "pipeline.datasets.cubes:prepare"
    title: ClassVar[str] = "two cubes"
    shape: ClassVar[tuple[int, ...]] = (3,)
    kind: Literal["cubes"]
    half_sides: Annotated[list[PositiveFloat], Field(min_length=2, max_length=2)]


class UniformBox(Drawn):
    """Uniform[−1, 1] in every coordinate of the given shape: points (d,) or images (C, H, W)."""

    implementation: ClassVar[str] = "pipeline.datasets.uniform:prepare"
    title: ClassVar[str] = "the uniform law"
    kind: Literal["uniform"]
    dims: Annotated[list[Positive], Field(min_length=1, max_length=3)]

    @model_validator(mode="after")
    def _points_or_images(self) -> UniformBox:
        if len(self.dims) == 2:
            raise ValueError("dims is [d] for points or [channels, height, width] for images")
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.dims)
