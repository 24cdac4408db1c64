"""What the blocks of sources and of prepared data have in common.

A fact of a data set stands once, in its own file in this folder, mostly as a constant of one of its blocks.
Jobs rest on the constants of the blocks that they read: a fact reaches who uses the data set and nobody
else. Docstrings, and OBTAINED and LICENCE, only make the table of the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar, NamedTuple

from pydantic import model_validator

from pipeline.params.base import Block, Choice, Fraction, Positive, Seed

COLORS = ("red", "green", "blue")


class Sizes(NamedTuple):
    """Examples of each split."""

    train: int
    validation: int
    test: int


@dataclass(frozen=True)
class Remote:
    """A file to fetch: the name it gets, where it may come from, and what it must contain.

    The hash is that of the content after gzip is taken off, since mirrors compress anew; an `archive`
    is kept as it comes, and the hash is its own. Without a hash any content is taken. `by_hand` says how
    a user gets a file that no address serves, as the middle of a sentence.
    """

    name: str
    urls: tuple[str, ...]
    algorithm: str
    digest: str | None
    archive: bool = False
    by_hand: str | None = None

    @property
    def names(self) -> list[str]:
        """What the file may be called in a mirror folder."""
        compressed = [] if self.archive else [f"{self.name}.gz"]
        return list(dict.fromkeys([self.name, *compressed, *(PurePosixPath(url).name for url in self.urls)]))


class Files(Choice):
    """A source of files that come from a mirror folder or the network.

    `verify: false` takes the files as the mirror folder has them, whatever they contain and how many
    examples they hold; it is for files generated in the original format. The manifest and the
    about.json of every data set made of them then say that they are not verified.
    """

    implementation: ClassVar[str] = "pipeline.datasets.fetch:released"
    remotes: ClassVar[tuple[Remote, ...]] = ()
    verify: bool = True

    def files(self) -> tuple[Remote, ...]:
        return self.remotes


class Splits(Block):
    """Shares of the examples held out, drawn with `seed`; the rest is for training."""

    validation: Fraction
    test: Fraction
    seed: Seed

    @model_validator(mode="after")
    def _leaves_a_rest(self) -> Splits:
        if self.validation + self.test >= 1:
            raise ValueError("validation and test together must be less than 1, to leave some for training")
        return self

    def sizes(self, count: int) -> list[int]:
        """How many of `count` examples are for training, validation and test."""
        held_out = [round(count * self.validation), round(count * self.test)]
        return [count - sum(held_out), *held_out]


class Squares(Choice):
    """Square images of `size` pixels."""

    channels: ClassVar[int] = 3
    size: Positive

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.channels, self.size, self.size)
