"""Tests compute portably, as the suites that they compare do, and so do the processes that they start."""

from __future__ import annotations

from pipeline.base import arithmetic

arithmetic.hold("portable")
