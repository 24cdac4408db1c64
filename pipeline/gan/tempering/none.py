"""No tempering: the data as they are."""

from __future__ import annotations

from pipeline.gan.tempering import Tempering


class NoTempering(Tempering):
    """Tempering's own defaults."""
