"""What must stand in the JSON files under reports/ that other stages read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

Seed = Annotated[str, Field(pattern=r"^\d+$")]
BySeed = dict[Seed, float | None]


class Statistic(TypedDict):
    """A metric over the seeds."""

    mean: float | None
    std: float | None
    best: float | None
    worst: float | None
    values: BySeed


class Measured(TypedDict):
    """A metric at the last and at the best snapshot."""

    better: Literal["lower", "higher", "neither"]
    final: Statistic
    best: Statistic


class Reference(TypedDict):
    split: str
    count: int


class Extractor(TypedDict):
    """The feature network, as reports/extractors/<data set>.json and the metrics name it."""

    kind: str
    sha256: str


class Metrics(TypedDict):
    """reports/metrics/<paper>/<experiment>.json."""

    dataset: str
    seeds: list[int]
    steps: int
    samples: int
    reference: Reference
    features: Extractor
    diverged: dict[Seed, int | None]
    trained: int
    metrics: dict[str, Measured]


class Claim(TypedDict):
    verdict: str


# reports/claims.json: paper → claim → its verdict and what it rests on.
Claims = dict[str, dict[str, Claim]]
