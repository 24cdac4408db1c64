"""Figures and tables of "Generative Adversarial Nets"."""
