"""Figures and tables of "Tempered Adversarial Networks"; importing this registers them."""

from pipeline.results.tempered import architecture, curves, panels, schematic, tables

__all__ = ["architecture", "curves", "panels", "schematic", "tables"]
