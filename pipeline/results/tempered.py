"""Figures and tables of "Tempered Adversarial Networks"; importing this registers them."""

from pipeline.results import (
    tempered_architecture,
    tempered_curves,
    tempered_panels,
    tempered_schematic,
    tempered_tables,
)

__all__ = [
    "tempered_architecture",
    "tempered_curves",
    "tempered_panels",
    "tempered_schematic",
    "tempered_tables",
]
