"""Tempera: five GAN papers as one graph of reproducible stages."""
