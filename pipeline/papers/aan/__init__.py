"""Figures and tables of "Associative Adversarial Networks"."""
