"""Figures and tables of `dfm`, Denoising Feature Matching; importing this registers them."""

from pipeline.results.dfm import scores, size, toys, training

__all__ = ["scores", "size", "toys", "training"]
