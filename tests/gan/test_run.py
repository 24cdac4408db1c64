from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from configs import ANNEAL, EXPERIMENT, changed
from killing import killed
from torch import Tensor

from pipeline.base import paths, weights
from pipeline.base.errors import PipelineError
from pipeline.base.files import read_csv, sha256
from pipeline.gan.run import Run
from pipeline.params.experiment import Experiment

POINTS = torch.randn(300, 3, generator=torch.Generator().manual_seed(0)).clamp(-1, 1)


@pytest.fixture(autouse=True)
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    return tmp_path


def a_run(changes: dict | None = None, seed: int = 0) -> Run:
    return Run("toy", Experiment.model_validate(changed(EXPERIMENT, changes or {})), seed, "hash of the data")


def finish(run: Run, data: Tensor = POINTS) -> dict:
    run.train(data)
    run.publish()
    run.clear()
    return weights.load(paths.checkpoint("beta_gan", "toy", run.seed))


def test_a_run_leaves_snapshots_a_log_and_nothing_else() -> None:
    final = finish(a_run())
    assert sorted(final["snapshots"]) == [0, 6, 12]
    assert set(final["snapshots"][6]) == {"generator", "discriminator", "prior", "tempering"}
    assert final["diverged"] is None
    rows = read_csv(paths.training_log("beta_gan", "toy", 0))
    assert [int(row["step"]) for row in rows] == [3, 6, 9, 12]
    assert not list(paths.WORK.rglob("*.pt"))
    assert paths.provenance("beta_gan", "toy", 0).exists()


def test_equal_runs_give_equal_bytes() -> None:
    path = paths.checkpoint("beta_gan", "toy", 0)
    finish(a_run())
    first = sha256(path)
    path.unlink()
    finish(a_run())
    assert sha256(path) == first


def test_killed_ten_times_it_ends_in_the_same_bytes() -> None:
    """With a checkpoint after every step, processes one after another die before file operations within a
    step's checkpoint, or some steps on."""
    changes = {
        "train.steps": 40,
        "train.snapshots": [0, 5, 13, 39],
        "train.checkpoint_seconds": 1e-9,
        "train.tempering": {**ANNEAL, "stage_steps": 4},
    }
    path, log = paths.checkpoint("beta_gan", "toy", 0), paths.training_log("beta_gan", "toy", 0)
    finish(a_run(changes))
    expected, expected_log = path.read_bytes(), log.read_bytes()
    path.unlink()
    log.unlink()
    run = a_run(changes)
    for operation in (0, 1, 2, 7, 11, 12, 13, 14, 21, 22):
        assert killed(operation, lambda: finish(run))
    finish(run)
    assert log.read_bytes() == expected_log
    assert path.read_bytes() == expected


def interrupted(run: Run, monkeypatch: pytest.MonkeyPatch, step: int = 7) -> None:
    """Train `run` until an exception at the given step, with a checkpoint at every step before."""
    from pipeline.gan.trainer import Trainer

    a_step = Trainer.step

    def failing(self: Trainer) -> None:
        if self.completed == step:
            raise KeyboardInterrupt
        a_step(self)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", failing)
        with pytest.raises(KeyboardInterrupt):
            run.train(POINTS)


def test_a_truncated_resume_checkpoint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    run = a_run({"train.checkpoint_seconds": 1e-9})
    interrupted(run, monkeypatch)
    resume = run.folder / "resume.pt"
    content = resume.read_bytes()
    for damaged in (content[: len(content) // 2], b"", content[:600] + b"\x00\x01" + content[602:]):
        resume.write_bytes(damaged)
        with pytest.raises(PipelineError, match="truncated or damaged: delete it"):
            run.train(POINTS)


def test_a_foreign_resume_checkpoint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    run, other = (a_run({"train.checkpoint_seconds": 1e-9}, seed) for seed in (0, 1))
    interrupted(other, monkeypatch)
    run.folder.mkdir(parents=True)
    (other.folder / "resume.pt").rename(run.folder / "resume.pt")
    with pytest.raises(PipelineError, match="belongs to another run than 'toy' seed 0"):
        run.train(POINTS)


def test_an_edited_experiment_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(a_run({"train.checkpoint_seconds": 1e-9}), monkeypatch)
    edited = a_run({"train.batch": 8})
    assert not edited.folder.exists()
    assert sorted(finish(edited)["snapshots"]) == [0, 6, 12]


def test_a_nan_loss_is_a_result() -> None:
    spoiled = torch.full((300, 3), float("nan"))
    final = finish(a_run(), spoiled)
    assert final["diverged"] == 1
    assert sorted(final["snapshots"]) == [0]
    assert read_csv(paths.training_log("beta_gan", "toy", 0))[-1]["loss_discriminator"] == "nan"


def test_a_finished_run_is_published_without_its_optimisers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill between training and publishing costs nothing, and the resume checkpoint is gone."""
    run = a_run({"train.checkpoint_seconds": 1e-9})
    run.train(POINTS)
    assert not (run.folder / "resume.pt").exists()
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.gan.run.Trainer", None)
        run.train(POINTS)
    run.publish()
    assert sorted(weights.load(paths.checkpoint("beta_gan", "toy", 0))["snapshots"]) == [0, 6, 12]


def test_a_state_goes_to_the_file_as_it_would_to_memory(tmp_path: Path) -> None:
    state = {"weights": torch.arange(1000.0), "step": 3}
    buffer = io.BytesIO()
    torch.save(state, buffer)
    weights.save(tmp_path / "state.pt", state)
    assert (tmp_path / "state.pt").read_bytes() == buffer.getvalue()


def test_a_disk_that_fills_up_within_a_state_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.FileIO):
        def write(self, content: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(io, "FileIO", Full)
    with pytest.raises(PipelineError, match="disk is full"):
        weights.save(tmp_path / "state.pt", {"weights": torch.zeros(10)})


def test_a_diverged_run_does_not_go_on_when_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = a_run()
    run.train(torch.full((300, 3), float("nan")))
    run.train(torch.full((300, 3), float("nan")))
    run.publish()
    assert weights.load(paths.checkpoint("beta_gan", "toy", 0))["diverged"] == 1


def test_a_full_disk_stops_with_a_sentence_and_the_run_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = finish(a_run())
    run = a_run({"train.checkpoint_seconds": 1e-9})
    calls = 0
    fsync = os.fsync

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(PipelineError, match="disk is full"):
            run.train(POINTS)
    assert weights.load(run.folder / "resume.pt")["trainer"]["step"] > 0
    again = finish(run)
    for key, value in expected["snapshots"][12]["generator"].items():
        assert torch.equal(value, again["snapshots"][12]["generator"][key])


def spoiling(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Make one weight of G NaN by the end of a step, as an update with infinite gradients would."""
    from pipeline.gan.trainer import Trainer

    a_step = Trainer.step

    def spoilt(self: Trainer) -> None:
        a_step(self)
        if self.completed == step:
            with torch.no_grad():
                self.generator.parameters[0][0, 0] = float("nan")

    monkeypatch.setattr(Trainer, "step", spoilt)


@pytest.mark.parametrize("spoilt", [1, 4, 6, 7, 11, 12])
def test_a_diverged_run_ends_the_same_wherever_it_was_stopped(
    monkeypatch: pytest.MonkeyPatch, spoilt: int
) -> None:
    log = paths.training_log("beta_gan", "toy", 0)
    spoiling(monkeypatch, spoilt)
    expected = finish(a_run())
    expected_log = log.read_bytes()
    assert expected["diverged"] == min(spoilt + 1, 12)
    for stop in range(1, 12):
        run = a_run({"train.checkpoint_seconds": 1e-9})
        with contextlib.suppress(pytest.fail.Exception):  # a run that has ended before is not stopped
            interrupted(run, monkeypatch, stop)
        run = a_run({"train.checkpoint_seconds": 1e-9})
        again = finish(run)
        assert (again["diverged"], sorted(again["snapshots"])) == (
            expected["diverged"],
            sorted(expected["snapshots"]),
        )
        assert log.read_bytes() == expected_log


def test_weights_lost_in_the_very_last_update_are_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiling(monkeypatch, 12)
    final = finish(a_run())
    assert final["diverged"] == 12
    assert sorted(final["snapshots"]) == [0, 6]


def test_what_a_killed_process_was_writing_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    run = a_run({"train.checkpoint_seconds": 1e-9})
    interrupted(run, monkeypatch)
    left = run.folder / ".snapshot-6.pt.4194305.partial"
    left.touch()
    run.train(POINTS)
    assert not left.exists()


class Short(RuntimeError):
    """What torch says when memory is short."""


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "not enough memory"),
        (Short("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"), "not enough memory"),
        (OSError(errno.EMFILE, "Too many open files"), "too many files are open"),
        (OSError(errno.EACCES, "Permission denied"), "may not be used by this user"),
        (OSError(errno.EIO, "Input/output error"), "disk or network .* fails"),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), "may well be whole"),
    ],
)
def test_a_good_checkpoint_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    path = tmp_path / "state.pt"
    weights.save(path, {"step": 1})

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(torch, "load", refuse)
    with pytest.raises(PipelineError, match=sentence) as told:
        weights.load(path)
    assert "delete" not in str(told.value) and "state.pt" in str(told.value)


def test_too_few_open_files_are_no_damage(tmp_path: Path) -> None:
    """With the true limit of the system, in a process of its own."""
    path = tmp_path / "state.pt"
    weights.save(path, {"weights": torch.zeros(1000)})
    script = f"""
import os, resource
from pathlib import Path
from pipeline.base import weights
weights.load(Path({str(path)!r}))
used = max(map(int, os.listdir("/proc/self/fd")))
resource.setrlimit(resource.RLIMIT_NOFILE, (used, used))
weights.load(Path({str(path)!r}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "too many files are open" in done.stderr and "delete" not in done.stderr.splitlines()[-1]


def test_a_checkpoint_that_lacks_a_part_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "state.pt"
    weights.save(path, {"step": 1})
    with pytest.raises(PipelineError, match="damaged: delete it .*it lacks 'rows'"):
        weights.load(path, names=("step", "rows"))
