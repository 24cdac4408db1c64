"""Studies: each is a function of its block in params.yaml that gives named arrays, kept for results and
claims to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import read_npz, write_npz
from pipeline.params.studies import Study

# Kept in the file, so that it differs whenever the settings do, and is known to be of them.
MADE_WITH = "made_with"


@dataclass(frozen=True)
class Studied:
    """What one study left for results and claims to read."""

    name: str
    block: Study

    @property
    def path(self) -> Path:
        return paths.evidence(self.block.paper, self.name)

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays by name. Raises PipelineError when the file is missing, damaged or of other settings."""
        command = f"`python -m pipeline study {self.name}`"
        found = read_npz(self.path, command)
        if str(found.pop(MADE_WITH, "")) != self._settings():
            raise PipelineError(
                f"{self.path} was not made with the settings of studies.{self.name}: run {command} again."
            )
        return found

    def read(self) -> None:
        """Read all of it now. Raises PipelineError as `arrays` does."""
        _ = self.arrays

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep arrays, with the settings that they were made with."""
        write_npz(self.path, {**arrays, MADE_WITH: np.array(self._settings())})

    def _settings(self) -> str:
        return json.dumps(params.plain(self.block), sort_keys=True)
