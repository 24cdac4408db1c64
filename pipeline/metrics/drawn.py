"""What the sample stage left of one run."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from pipeline.errors import PipelineError

CONCEPTS = "concepts_"
OF_LAST = ("features_", "prior.", "signs")
UNREADABLE = (KeyError, ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error)


class Drawn:
    """The arrays of a samples file, each read when it is asked for.

    steps: the snapshots it holds. diverged: the step at which the run diverged, or None.
    Raises PipelineError when the file is missing, damaged or lacks an array.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = np.load(path, allow_pickle=False)
        except FileNotFoundError:
            raise PipelineError(f"{path} is missing: run the sample stage of its experiment first.") from None
        except UNREADABLE as error:
            raise self._damaged(error) from None
        self.steps = [int(step) for step in self["steps"]]
        diverged = int(self["diverged"])
        self.diverged = diverged if diverged >= 0 else None

    def __contains__(self, name: str) -> bool:
        return name in self._file.files

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            array: np.ndarray = self._file[name]
        except UNREADABLE as error:
            raise self._damaged(error) from None
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

    def _damaged(self, error: Exception) -> PipelineError:
        return PipelineError(f"{self.path} is damaged ({error}): delete it and run the sample stage again.")
