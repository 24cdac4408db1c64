"""Denoisers trained on a known law by the code that trains them inside a GAN (dfm, Eq. 5 and 11)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from pipeline.base.random_streams import numpy_stream, torch_stream
from pipeline.datasets.mixture import Law
from pipeline.gan.component import RunShape
from pipeline.gan.guidance.denoising import Denoising
from pipeline.params import networks as blocks
from pipeline.params import seams, studies


def compute(study: studies.Denoiser) -> dict[str, np.ndarray]:
    """`points` (seeds, count, dim), and r(x) − x of every denoiser at its seed's points x, each
    (noises, seeds, count, dim): `among_corrupted`, normalised with the statistics of corrupted data as in
    training; `alone`, with their own, as generated features are in Eq. 4. All float64."""
    torch.set_num_threads(1)
    law = Law(np.array(study.law.centres), study.law.sigma)
    points = np.stack([_points(study, law, seed) for seed in study.seeds])
    among, alone = (np.empty((len(study.noises), *points.shape)) for _ in range(2))
    for n, noise in enumerate(study.noises):
        for s, (seed, x) in enumerate(zip(study.seeds, points, strict=True)):
            denoiser = train(study, law, noise, seed)
            among[n, s] = denoiser.among_corrupted(x) - x
            alone[n, s] = denoiser.alone(x) - x
    return {"points": points, "among_corrupted": among, "alone": alone}


def _points(study: studies.Denoiser, law: Law, seed: int) -> np.ndarray:
    wanted = study.points
    return law.sample(wanted.count, numpy_stream(seed if wanted.each_seed else 0, wanted.stream))


@dataclass(frozen=True)
class Trained:
    """A denoiser and the corrupted points (n, dim) of its last batches."""

    guidance: Denoising
    corrupted: np.ndarray

    def among_corrupted(self, points: np.ndarray) -> np.ndarray:
        """r at points (m, dim), normalised together with the corrupted ones."""
        return self._apply(np.concatenate([points, self.corrupted]))[: len(points)]

    def alone(self, points: np.ndarray) -> np.ndarray:
        """r at points (m, dim), normalised with their own statistics."""
        return self._apply(points)

    def _apply(self, points: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            found: np.ndarray = self.guidance.denoiser(torch.from_numpy(points).float()).double().numpy()
        return found


def train(study: studies.Denoiser, law: Law, noise: float, seed: int) -> Trained:
    """Minimise Eq. 5 on fresh points of the law, with corruption of deviation `noise`."""
    block = seams.Denoising(
        kind="denoising",
        weight=0.0,
        sigma=noise,
        denoiser=seams.FullyConnected(kind="fully_connected", depth=study.depth, width=study.width),
        optimizer=blocks.Adam(kind="adam", lr=study.rate),
    )
    dim = law.means.shape[1]
    guidance = Denoising(block, RunShape((dim,), -1.0, 1.0, dim, study.batch, seed))
    rng, stream = numpy_stream(seed, "dfm/eq11/data"), torch_stream(seed, "dfm/eq11/corruption")
    for _ in range(study.steps):
        points = torch.from_numpy(law.sample(study.batch, rng)).float()
        guidance.update(points, guidance.draw(stream))
    clean = law.sample(200 * study.batch, rng)
    return Trained(guidance, clean + noise * rng.standard_normal(clean.shape))
