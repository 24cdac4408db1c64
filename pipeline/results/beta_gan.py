"""Figures and tables of "Annealed Generative Adversarial Networks" (β-GAN); importing this registers them."""

from pipeline.results import (
    beta_gan_images,
    beta_gan_schematic,
    beta_gan_stability,
    beta_gan_toys,
    beta_gan_training,
)

__all__ = [
    "beta_gan_images",
    "beta_gan_schematic",
    "beta_gan_stability",
    "beta_gan_toys",
    "beta_gan_training",
]
