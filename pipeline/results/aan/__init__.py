"""Figures and tables of "Associative Adversarial Networks"; importing this registers them."""

from pipeline.results.aan import memory, optimum, schematic, training

__all__ = ["memory", "optimum", "schematic", "training"]
