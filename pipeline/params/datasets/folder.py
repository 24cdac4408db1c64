"""Any folder of images."""

from __future__ import annotations

from typing import ClassVar, Literal

from pipeline.params.base import Choice, Positive
from pipeline.params.datasets.common import Splits, Squares

OBTAINED, LICENCE = "a path", "the images' own"


class Source(Choice):
    """Any images in `path` and in zip files there; folders directly in it or in a zip file name classes."""

    implementation: ClassVar[str] = "pipeline.datasets.folder:fetch"
    kind: Literal["folder"]
    path: str


class Folder(Squares):
    """The central `crop` pixels, or the shorter side if that is null, to `size`."""

    implementation: ClassVar[str] = "pipeline.datasets.folder:prepare"
    source: ClassVar[str] = "folder"
    title: ClassVar[str] = "images of a folder"
    kind: Literal["folder"]
    crop: Positive | None
    splits: Splits
