"""What the sample stage left of one run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.base.files import opened_npz, reading

CONCEPTS = "concepts_"
OF_LAST = ("features_", "prior.", "signs")
MAKER = "the sample stage"


class RunSamples:
    """The arrays of a samples file, each read when it is asked for.

    steps: the snapshots it holds. diverged: the step at which the run diverged, or None.
    Raises PipelineError when the file is missing, damaged or lacks an array.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with reading(path, MAKER):
            self._file = opened_npz(path)
            self.steps = [int(step) for step in self._file["steps"]]
            diverged = int(self._file["diverged"])
        self.diverged = diverged if diverged >= 0 else None

    def __contains__(self, name: str) -> bool:
        return name in self._file.files

    def __getitem__(self, name: str) -> np.ndarray:
        with reading(self.path, MAKER):
            array: np.ndarray = self._file[name]
            return array

    def samples(self, step: int) -> np.ndarray:
        return self[f"samples_{step}"]

    def arrays(self, step: int) -> dict[str, np.ndarray]:
        """What a metric may look at besides the samples, as far as there is any: `grid` and
        `discriminator`, `examples` and what D was `shown` of them; of the last snapshot also
        `features_<split>`, `prior.<weights>` and `signs`."""
        kept: dict[str, np.ndarray] = {}
        if "grid" in self:
            kept |= {"grid": self["grid"], "discriminator": self[f"discriminator_{step}"]}
        if "examples" in self:
            kept |= {"examples": self["examples"], "shown": self[f"shown_{step}"]}
        if step == self.steps[-1]:
            kept |= {name: self[name] for name in self._file.files if name.startswith(OF_LAST)}
        return kept

    def concepts(self) -> dict[str, np.ndarray]:
        """What was made of picked latents of the last snapshot, by name; empty where nothing was."""
        names = [name for name in self._file.files if name.startswith(CONCEPTS)]
        return {name.removeprefix(CONCEPTS): self[name] for name in names}
