"""Figures and tables of "Annealed Generative Adversarial Networks" (β-GAN)."""
