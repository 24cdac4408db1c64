"""Figures and tables of "Annealed Generative Adversarial Networks" (β-GAN); importing this registers them."""

from pipeline.results.beta_gan import images, schematic, stability, toys, training

__all__ = ["images", "schematic", "stability", "toys", "training"]
