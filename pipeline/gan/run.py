"""One run from start to end: snapshots, log, resume.

While a run is in progress its files lie in the work folder, keyed by everything that the numbers
depend on; an edited configuration therefore starts afresh and never meets an old state.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pipeline.base import paths, weights
from pipeline.base.errors import PipelineError
from pipeline.base.files import remove_partials, write_csv, write_json
from pipeline.base.progress import track
from pipeline.base.provenance import describe
from pipeline.gan.trainer import Trainer
from pipeline.params import fingerprint, plain
from pipeline.params.experiment import Experiment


class Run:
    """An experiment at one seed.

    data_hash: of the prepared arrays. job_hash: of all that decides the run's bits, code included; work in
    progress goes on only under the same.
    """

    def __init__(
        self, name: str, experiment: Experiment, seed: int, data_hash: str, job_hash: str = ""
    ) -> None:
        self.name, self.experiment, self.seed = name, experiment, seed
        self.config = {"train": plain(experiment.train), "seed": seed, "data": data_hash}
        self.identity = {**self.config, "job": job_hash}
        self.folder = paths.work(experiment.paper, name, seed, fingerprint(self.identity))

    def train(self, data: Tensor) -> None:
        """Train to the last step or to divergence, from the resume checkpoint if there is one.

        Raises PipelineError when that checkpoint is damaged or belongs to another run.
        """
        self._sweep()
        if self._finished.exists():
            return
        config = self.experiment.train
        trainer, rows = Trainer(config, data, self.seed), []
        if self._resume.exists():
            rows = self._restore(trainer)
        wanted, started, first = set(config.snapshot_steps), time.monotonic(), trainer.completed
        saved = started
        if trainer.completed == 0 and 0 in wanted:
            self._keep(trainer)
        # A state saved after the losses went wrong, but before a row told of it, goes on to that row.
        steps = range(trainer.completed, config.steps)
        for _ in track(steps, f"{self.name} seed {self.seed}", config.steps, trainer.completed):
            trainer.step()
            if trainer.completed % config.log_every == 0 or trainer.completed in wanted:
                rows.append(trainer.report())
                if trainer.diverged_at() is not None:
                    break
            if trainer.completed in wanted:
                self._keep(trainer)
            if time.monotonic() - saved > config.checkpoint_seconds:
                self._save(trainer, rows)
                saved = time.monotonic()
        self._record(data.device, time.monotonic() - started, trainer.completed - first)
        self._finish(trainer, rows)

    def publish(self) -> None:
        """Write the declared outputs of a finished run. The work folder stays whole: `clear` removes it."""
        ended = weights.load(self._finished)
        kept = sorted(self.folder.glob("snapshot-*.pt"), key=_step)
        snapshots = {_step(file): weights.load(file) for file in kept if _step(file) <= ended["step"]}
        final = {"snapshots": snapshots, "diverged": ended["diverged"], "config": self.config}
        paper = self.experiment.paper
        write_csv(paths.training_log(paper, self.name, self.seed), ended["rows"])
        weights.save(paths.checkpoint(paper, self.name, self.seed), final)

    def clear(self) -> None:
        """Remove the work folder of a published run.

        Its name tells its state, and changes at once: a kill while files are being removed leaves none from
        which half a run could be published again.
        """
        self.folder.rename(self._published)
        shutil.rmtree(self._published)

    @property
    def _published(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-published")

    @property
    def _resume(self) -> Path:
        return self.folder / "resume.pt"

    @property
    def _finished(self) -> Path:
        return self.folder / "finished.pt"

    def _sweep(self) -> None:
        """Remove what a killed process left of this run and nobody will go on from."""
        shutil.rmtree(self._published, ignore_errors=True)
        remove_partials([self._resume, self._finished])

    def _keep(self, trainer: Trainer) -> None:
        weights.save(self.folder / f"snapshot-{trainer.completed}.pt", trainer.snapshot())

    def _save(self, trainer: Trainer, rows: list[dict[str, float]]) -> None:
        state = {"identity": self.identity, "trainer": trainer.state_dict(), "rows": rows}
        weights.save(self._resume, state)

    def _finish(self, trainer: Trainer, rows: list[dict[str, float]]) -> None:
        """Leave what `publish` needs in place of the resume checkpoint, which no step will need again."""
        ended = {"step": trainer.completed, "diverged": trainer.diverged_at(), "rows": rows}
        weights.save(self._finished, ended)
        self._resume.unlink(missing_ok=True)

    def _restore(self, trainer: Trainer) -> list[dict[str, float]]:
        state: dict[str, Any] = weights.load(self._resume, names=("identity", "trainer", "rows"))
        if state.get("identity") != self.identity:
            raise PipelineError(
                f"The checkpoint {self._resume} belongs to another run than '{self.name}' seed {self.seed}: "
                "delete it to start afresh, or put the right one there."
            )
        trainer.load_state_dict(state["trainer"])
        rows: list[dict[str, float]] = state["rows"]
        return rows

    def _record(self, device: torch.device, seconds: float, steps: int) -> None:
        place = paths.provenance(self.experiment.paper, self.name, self.seed)
        write_json(place, {"config": self.config, **describe(device, seconds, steps)})


def to_device(array: Any, device: torch.device) -> Tensor:
    """A data set's array as a tensor on the device that trains."""
    return torch.from_numpy(array.copy()).to(device)


def _step(file: Path) -> int:
    return int(file.stem.removeprefix("snapshot-"))
