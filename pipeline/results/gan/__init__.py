"""Figures and tables of "Generative Adversarial Nets"; importing this registers them."""

from pipeline.results.gan import interpolation, likelihood, schematic, theory, toys, training

__all__ = ["interpolation", "likelihood", "schematic", "theory", "toys", "training"]
