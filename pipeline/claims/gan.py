"""Claims of `gan`: Generative Adversarial Nets."""
