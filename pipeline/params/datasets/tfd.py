"""The Toronto Face Database, which its authors give to those who ask."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.params.base import Choice
from pipeline.params.datasets.common import Files, Remote

FILE = "TFD_48x48.mat"
FOLDS = 5
BY_HAND = (
    "ask the authors of the Toronto Face Database (J. M. Susskind, A. K. Anderson and G. E. Hinton, "
    "University of Toronto, technical report UTML TR 2010-001) for it"
)
OBTAINED, LICENCE = "its authors, on request", "as its authors grant it"


class Source(Files):
    """`TFD_48x48.mat`; it has no published hash, so that verified are its numbers of images."""

    implementation: ClassVar[str] = "pipeline.datasets.tfd:fetch"
    remotes: ClassVar[tuple[Remote, ...]] = (Remote(FILE, (), "sha256", None, by_hand=BY_HAND),)
    # As papers count them.
    images: ClassVar[int] = 102_236
    unlabelled: ClassVar[int] = 98_058
    kind: Literal["tfd"]


class TFD(Choice):
    """The unlabelled images for training, validation and test of one fold."""

    implementation: ClassVar[str] = "pipeline.datasets.tfd:prepare"
    source: ClassVar[str] = "tfd"
    title: ClassVar[str] = "TFD"
    file: ClassVar[str] = FILE
    shape: ClassVar[tuple[int, ...]] = (1, 48, 48)
    folds: ClassVar[int] = FOLDS
    classes: ClassVar[int] = 7
    kind: Literal["tfd"]
    fold: Annotated[int, Field(ge=0, lt=FOLDS)]
