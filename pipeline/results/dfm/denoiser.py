"""A denoiser trained on a known law by the code that trains it inside a GAN; imported only to draw Eq. 11."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from pipeline.datasets.mixture import Law
from pipeline.gan.guidance.denoising import Denoising
from pipeline.gan.part import Setting
from pipeline.params import networks as blocks
from pipeline.params import seams
from pipeline.streams import numpy_stream, torch_stream


@dataclass(frozen=True)
class Recipe:
    """Hidden layers and their width; updates, examples in each, and Adam's learning rate."""

    depth: int
    width: int
    steps: int
    batch: int
    rate: float


@dataclass(frozen=True)
class Trained:
    """A denoiser and the corrupted points (n, dim) of its last batches."""

    guidance: Denoising
    corrupted: np.ndarray

    def among_corrupted(self, points: np.ndarray) -> np.ndarray:
        """r at points (m, dim), normalised with the statistics of corrupted data, as in training."""
        return self._apply(np.concatenate([points, self.corrupted]))[: len(points)]

    def alone(self, points: np.ndarray) -> np.ndarray:
        """r at points (m, dim), normalised with their own statistics, as generated features are in Eq. 4."""
        return self._apply(points)

    def _apply(self, points: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            found: np.ndarray = self.guidance.denoiser(torch.from_numpy(points).float()).double().numpy()
        return found


def train(law: Law, noise: float, recipe: Recipe, seed: int) -> Trained:
    """Minimise Eq. 5 on fresh points of the law, with corruption of deviation `noise`, on one thread."""
    torch.set_num_threads(1)
    block = seams.Denoising(
        kind="denoising",
        weight=0.0,
        sigma=noise,
        denoiser=seams.FullyConnected(kind="fully_connected", depth=recipe.depth, width=recipe.width),
        optimizer=blocks.Adam(kind="adam", lr=recipe.rate),
    )
    dim = law.means.shape[1]
    guidance = Denoising(block, Setting((dim,), -1.0, 1.0, dim, recipe.batch, seed))
    rng, stream = numpy_stream(seed, "dfm/eq11/data"), torch_stream(seed, "dfm/eq11/corruption")
    for _ in range(recipe.steps):
        points = torch.from_numpy(law.sample(recipe.batch, rng)).float()
        guidance.update(points, guidance.draw(stream))
    clean = law.sample(200 * recipe.batch, rng)
    return Trained(guidance, clean + noise * rng.standard_normal(clean.shape))
