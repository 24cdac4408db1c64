from __future__ import annotations

import torch
from configs import DENOISING
from pydantic import TypeAdapter

from pipeline.gan.component import RunShape
from pipeline.gan.guidance.denoising import Denoising
from pipeline.gan.guidance.feature_matching import FeatureMatching
from pipeline.params import seams

RUN = RunShape((2,), -1.0, 1.0, 2, 256, 0)


def matching(weight: float = 1.0) -> FeatureMatching:
    return FeatureMatching(seams.FeatureMatching(kind="feature_matching", weight=weight), RUN)


def test_it_is_the_squared_distance_of_the_means() -> None:
    real, fake = torch.tensor([[1.0, 0.0], [3.0, 2.0]]), torch.tensor([[0.0, 0.0], [0.0, 0.0]])
    assert matching(0.5).loss(fake, real).item() == 0.5 * (2**2 + 1**2)


def test_equal_means_are_told_apart_by_denoising_alone() -> None:
    """Two generators with the data's mean features, one of them with the wrong spread (dfm, Sec. 4)."""
    stream = torch.Generator().manual_seed(0)
    centres = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.5]])
    block = {**DENOISING, "weight": 1.0, "sigma": 0.3, "optimizer": {"kind": "adam", "lr": 0.003}}
    block["denoiser"] = {"kind": "fully_connected", "depth": 2, "width": 32}
    denoising = Denoising(TypeAdapter(seams.Denoising).validate_python(block), RUN)

    def data() -> torch.Tensor:
        chosen = centres[torch.randint(3, (256,), generator=stream)]
        return chosen + 0.1 * torch.randn(256, 2, generator=stream)

    for _ in range(400):
        denoising.update(data(), denoising.draw(stream))
    real = data()
    right, wide = real.flip(0), real.mean(0) + 2 * (real - real.mean(0))
    matched = [matching().loss(fake, real).item() for fake in (right, wide)]
    denoised = [denoising.loss(fake, real).item() for fake in (right, wide)]
    assert max(matched) < 1e-10
    assert denoised[1] > 3 * denoised[0]
