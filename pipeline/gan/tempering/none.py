"""No tempering: the data as they are."""

from __future__ import annotations

from pipeline.gan.tempering import Tempering
from pipeline.params import seams


class NoTempering(Tempering):
    def __init__(self, config: seams.NoTempering, low: float, high: float) -> None:
        super().__init__()
