"""No tempering: the data as they are."""

from __future__ import annotations

from pipeline.gan.part import Setting
from pipeline.gan.tempering import Tempering
from pipeline.params import seams


class NoTempering(Tempering):
    def __init__(self, config: seams.NoTempering, setting: Setting) -> None:
        super().__init__()
