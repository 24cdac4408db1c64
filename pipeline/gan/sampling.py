"""What trained networks show: samples, latent paths, tempered data, D on a line, D's features, chains."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels, to_values
from pipeline.base.random_streams import torch_stream
from pipeline.datasets import Dataset
from pipeline.gan.model import Model
from pipeline.gan.objective import Objective
from pipeline.params.experiment import Experiment

BATCH = 500


class Sampler:
    """Draws from the snapshots of one run; the same latents at every snapshot.

    shape: of one example, (channels, height, width) or (dim,).
    """

    def __init__(
        self, experiment: Experiment, shape: tuple[int, ...], seed: int, device: torch.device
    ) -> None:
        train = experiment.train
        self.experiment, self.seed, self.device = experiment, seed, device
        self.range = train.range
        self.objective: Objective = train.objective.load()(train.objective)
        self.model = Model(train, shape, seed).to(device).eval()

    def load(self, snapshot: dict[str, dict[str, Tensor]]) -> None:
        for name, module in self.model.named_children():
            module.load_state_dict(snapshot[name])

    @torch.no_grad()
    def samples(self) -> np.ndarray:
        """(count, *shape), uint8 or float32 as the experiment asks."""
        latents = self.latents(self.experiment.sample.count, "sample")
        return self.decode(latents)

    @torch.no_grad()
    def latents(self, count: int, name: str) -> Tensor:
        """G's inputs (count, dim) from the stream `name` of the run."""
        return self.model.prior.sample(count, torch_stream(self.seed, name, self.device))

    @torch.no_grad()
    def decode(self, latents: Tensor) -> np.ndarray:
        """What G makes of latents (n, dim): (n, *shape), uint8 or float32 as the experiment asks."""
        parts = [self._finish(self.model.generator(part)).cpu() for part in latents.split(BATCH)]
        return torch.cat(parts).numpy()

    @torch.no_grad()
    def from_signs(self, count: int) -> np.ndarray:
        """Samples (count, *shape) from inputs whose units are independent and ±1 with probability ½ each."""
        stream = torch_stream(self.seed, "signs", self.device)
        dim = self.experiment.train.prior.dim
        uniform = torch.rand(count, dim, device=self.device, generator=stream)
        return self.decode(torch.where(uniform < 0.5, 1.0, -1.0))

    @torch.no_grad()
    def paths(self, pairs: int, points: int) -> np.ndarray:
        """Decoded straight lines between random latents (gan, "Interpolation"): (pairs, points, *shape)."""
        start, end = self.latents(pairs, "paths/start"), self.latents(pairs, "paths/end")
        alpha = torch.linspace(0, 1, points, device=self.device).view(1, points, 1)
        latents = (1 - alpha) * start[:, None] + alpha * end[:, None]  # z(α) = (1 − α) z_a + α z_b
        images = self.decode(latents.flatten(0, 1))
        return images.reshape(pairs, points, *images.shape[1:])

    @torch.no_grad()
    def discriminator_at(self, grid: np.ndarray) -> np.ndarray:
        """D's output at points (n,) of a line: (n,)."""
        points = torch.from_numpy(grid).float().unsqueeze(1).to(self.device)
        output = self.objective.probability_or_score(self.model.discriminator(points).score)
        return output.cpu().numpy()

    @torch.no_grad()
    def tempered(self, examples: np.ndarray, step: int) -> np.ndarray:
        """What D is shown of real examples (n, *shape) after `step` steps, in the form of the samples.

        Noise, where the tempering has any, is the same at every snapshot.
        """
        real = self._real(examples)
        self.model.tempering.begin(step)
        noise = self.model.tempering.draw(real.shape, torch_stream(self.seed, "shown", self.device))
        return self._finish(self.model.tempering.temper(real, noise)).cpu().numpy()

    @torch.no_grad()
    def features(self, examples: np.ndarray) -> np.ndarray:
        """D's features of real examples in the data set's own form: float32 (count, width)."""
        return self._features(examples).cpu().numpy()

    @torch.no_grad()
    def walks(self, examples: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """The prior's Markov chains from D's features of real examples (aan, Fig. 3).

        Latents float32 (count, steps + 1, dim), beginning with the features, and what G makes of those
        after 1 … steps steps, (count, steps, *shape).
        """
        features = self._features(examples)
        latents = self.model.prior.walk(features, steps, torch_stream(self.seed, "walks", self.device))
        made = self.decode(latents.flatten(0, 1))
        states = torch.cat([features[:, None], latents], dim=1)
        return states.cpu().numpy(), made.reshape(len(examples), steps, *made.shape[1:])

    def _features(self, examples: np.ndarray) -> Tensor:
        parts = (examples[i : i + BATCH] for i in range(0, len(examples), BATCH))
        return torch.cat([self.model.discriminator(self._real(part)).features for part in parts])

    def _real(self, examples: np.ndarray) -> Tensor:
        """Real examples as the networks see them."""
        return to_values(torch.from_numpy(examples.copy()).to(self.device), self.range)

    def _finish(self, x: Tensor) -> Tensor:
        return x if self.experiment.sample.dtype == "float32" else to_pixels(x, self.range)


def arrays(sampler: Sampler, state: dict[str, Any], dataset: Dataset) -> dict[str, np.ndarray]:
    """Everything that the sample stage keeps of one run, by name (see `paths.samples`).

    The data set serves experiments that ask for what the networks make of real examples.
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
    if sample.shown is not None:
        split = sampler.experiment.evaluate.reference
        kept["examples"] = _first(dataset, split, sample.shown, "sample.shown")
    for step in steps:
        sampler.load(state["snapshots"][step])
        kept[f"samples_{step}"] = sampler.samples()
        if "grid" in kept:
            kept[f"discriminator_{step}"] = sampler.discriminator_at(kept["grid"])
        if "examples" in kept:
            kept[f"shown_{step}"] = sampler.tempered(kept["examples"], step)
    if sample.paths is not None and steps:
        kept["paths"] = sampler.paths(sample.paths.pairs, sample.paths.points)
    if sample.signs is not None and steps:
        kept["signs"] = sampler.from_signs(sample.signs)
    if steps:
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
    return np.array(images[:count])
