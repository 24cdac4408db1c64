"""Figures and tables of `dfm`, Denoising Feature Matching."""
