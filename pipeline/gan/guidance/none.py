"""No guidance: G learns from D's output alone."""

from __future__ import annotations

from pipeline.gan.guidance import Guidance


class NoGuidance(Guidance):
    """Guidance's own defaults."""
