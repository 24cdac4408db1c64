"""Figures and tables of "Generative Adversarial Nets"; importing this registers them."""

from pipeline.results.gan import (
    arithmetic,
    interpolation,
    likelihood,
    schematic,
    theory,
    toys,
    training,
    turn,
)

__all__ = ["arithmetic", "interpolation", "likelihood", "schematic", "theory", "toys", "training", "turn"]
