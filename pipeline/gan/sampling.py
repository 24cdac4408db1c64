"""What a trained network shows: samples, latent paths, D on a line, D's features, the prior's chains."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pipeline.datasets import Dataset
from pipeline.errors import PipelineError
from pipeline.gan.objective import Objective
from pipeline.gan.part import Setting
from pipeline.gan.prior import Prior
from pipeline.networks import build_discriminator, build_generator
from pipeline.params.experiment import Experiment
from pipeline.streams import torch_stream

BATCH = 500


class Sampler:
    """Draws from the snapshots of one run; the same latents at every snapshot.

    shape: of one example, (channels, height, width) or (dim,).
    """

    def __init__(
        self, experiment: Experiment, shape: tuple[int, ...], seed: int, device: torch.device
    ) -> None:
        train, networks = experiment.train, experiment.train.networks
        self.experiment, self.seed, self.device = experiment, seed, device
        self.low, self.high = train.range
        self.objective: Objective = train.objective.load()(train.objective)
        self.generator = build_generator(networks.generator, train.prior.dim, shape, seed)
        self.discriminator = build_discriminator(networks.discriminator, shape, seed)
        setting = Setting(shape, self.low, self.high, self.discriminator.width, train.batch, seed)
        self.prior: Prior = train.prior.load()(train.prior, setting)
        for network in (self.generator, self.discriminator, self.prior):
            network.to(device).eval()

    def load(self, snapshot: dict[str, dict[str, Tensor]]) -> None:
        modules: dict[str, nn.Module] = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "prior": self.prior,
        }
        for name, module in modules.items():
            module.load_state_dict(snapshot[name])

    @torch.no_grad()
    def samples(self) -> np.ndarray:
        """(count, *shape), uint8 or float32 as the experiment asks."""
        latents = self._latents(self.experiment.sample.count, "sample")
        return self._decode(latents)

    @torch.no_grad()
    def paths(self, pairs: int, points: int) -> np.ndarray:
        """Decoded straight lines between random latents (gan, "Interpolation"): (pairs, points, *shape)."""
        start, end = self._latents(pairs, "paths/start"), self._latents(pairs, "paths/end")
        alpha = torch.linspace(0, 1, points, device=self.device).view(1, points, 1)
        latents = (1 - alpha) * start[:, None] + alpha * end[:, None]  # z(α) = (1 − α) z_a + α z_b
        images = self._decode(latents.flatten(0, 1))
        return images.reshape(pairs, points, *images.shape[1:])

    @torch.no_grad()
    def opinions(self, grid: np.ndarray) -> np.ndarray:
        """D's output at points (n,) of a line: (n,)."""
        points = torch.from_numpy(grid).float().unsqueeze(1).to(self.device)
        opinion: np.ndarray = self.objective.opinion(self.discriminator(points).score).cpu().numpy()
        return opinion

    @torch.no_grad()
    def features(self, images: np.ndarray) -> np.ndarray:
        """D's features of real examples in the data set's own form: float32 (count, width)."""
        parts = [self._features(part).cpu() for part in torch.from_numpy(images.copy()).split(BATCH)]
        return torch.cat(parts).numpy()

    @torch.no_grad()
    def walks(self, images: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """The prior's Markov chains from D's features of real examples (aan, Fig. 3).

        Latents float32 (count, steps + 1, dim), beginning with the features, and what G makes of those
        after 1 … steps steps, (count, steps, *shape).
        """
        features = torch.cat([self._features(part) for part in torch.from_numpy(images.copy()).split(BATCH)])
        latents = self.prior.walk(features, steps, torch_stream(self.seed, "walks", self.device))
        made = self._decode(latents.flatten(0, 1))
        states = torch.cat([features[:, None], latents], dim=1)
        return states.cpu().numpy(), made.reshape(len(images), steps, *made.shape[1:])

    def _features(self, examples: Tensor) -> Tensor:
        real = examples.to(self.device)
        if real.dtype == torch.uint8:
            real = real / (255 / (self.high - self.low)) + self.low
        return self.discriminator(real).features

    def _latents(self, count: int, name: str) -> Tensor:
        return self.prior.sample(count, torch_stream(self.seed, name, self.device))

    def _decode(self, latents: Tensor) -> np.ndarray:
        parts = [self._finish(self.generator(part)).cpu() for part in latents.split(BATCH)]
        return torch.cat(parts).numpy()

    def _finish(self, x: Tensor) -> Tensor:
        if self.experiment.sample.dtype == "float32":
            return x
        pixels = (x - self.low) * (255 / (self.high - self.low))
        return pixels.round().clamp(0, 255).to(torch.uint8)


def arrays(sampler: Sampler, state: dict[str, Any], dataset: Dataset | None = None) -> dict[str, np.ndarray]:
    """Everything that the sample stage keeps of one run, by name (see `paths.samples`).

    The data set is needed where the experiment asks for what the networks make of real examples.
    """
    sample = sampler.experiment.sample
    steps = sorted(state["snapshots"])
    diverged = -1 if state["diverged"] is None else state["diverged"]
    kept: dict[str, np.ndarray] = {
        "steps": np.array(steps, np.int64),
        "diverged": np.array(diverged, np.int64),
    }
    if sample.grid is not None and sample.grid_range is not None:
        low, high = sample.grid_range
        kept["grid"] = np.linspace(low, high, sample.grid)
    for step in steps:
        sampler.load(state["snapshots"][step])
        kept[f"samples_{step}"] = sampler.samples()
        if "grid" in kept:
            kept[f"discriminator_{step}"] = sampler.opinions(kept["grid"])
    if sample.paths is not None and steps:
        kept["paths"] = sampler.paths(sample.paths.pairs, sample.paths.points)
    if dataset is not None and steps:
        kept |= _of_real(sampler, dataset, state["snapshots"][steps[-1]])
    return kept


def _of_real(
    sampler: Sampler, dataset: Dataset, snapshot: dict[str, dict[str, Tensor]]
) -> dict[str, np.ndarray]:
    """The prior's chains from real examples, D's features of them, and the prior's weights."""
    sample, kept = sampler.experiment.sample, {}
    if sample.gibbs is not None:
        images = _first(dataset, "test", sample.gibbs.chains, "sample.gibbs.chains")
        kept["gibbs_real"] = images
        kept["gibbs_states"], kept["gibbs"] = sampler.walks(images, sample.gibbs.steps)
    if sample.features is not None:
        for split, count in (("train", sample.features.train), ("test", sample.features.test)):
            images = _first(dataset, split, count, f"sample.features.{split}")
            kept[f"features_{split}"] = sampler.features(images)
        kept |= {f"prior.{name}": value.numpy() for name, value in snapshot["prior"].items()}
    return kept


def _first(dataset: Dataset, split: str, count: int, key: str) -> np.ndarray:
    images = dataset.part(split)[0]
    if len(images) < count:
        raise PipelineError(
            f"{key} asks for {count} examples, but the {split} split of '{dataset.name}' has {len(images)}: "
            "lower it."
        )
    return images[:count]
