"""Figures and tables of "Tempered Adversarial Networks"."""
