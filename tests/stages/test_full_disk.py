"""A full disk, a closed folder and a limit on the size of files: one sentence, and nothing whole is lost."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fakes
import numpy as np
import pytest
from configs import EXPERIMENT, PARAMS, changed

from pipeline.__main__ import main
from pipeline.base import files, paths, weights
from pipeline.base import suite_lock as turns
from pipeline.base.errors import PipelineError
from pipeline.base.journal import recorded

STAGES = {
    "download": ["download", "digits"],
    "prepare": ["prepare", "digits"],
    "extractor": ["extractor", "digits"],
    "train": ["train", "toy"],
    "sample": ["sample", "toy"],
    "evaluate": ["evaluate", "toy"],
}
CLASSIFIER = {
    "kind": "classifier",
    "width": 8,
    "features": 64,
    "epochs": 1,
    "batch": 64,
    "lr": 0.01,
    "seed": 0,
}


def content() -> dict:
    digits = fakes.digits() | {"extractor": CLASSIFIER}
    changes = {
        "sources.digits": {"kind": "digits"},
        "datasets.digits": digits,
        "experiments.toy": changed(
            EXPERIMENT,
            {"train.steps": 6, "train.snapshots": [], "sample.count": 3000, "evaluate.headline": "modes3000"},
        ),
    }
    return changed(PARAMS, changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite in which every stage has run."""
    folder = tmp_path_factory.mktemp("suite")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        paths.PARAMS.write_text(json.dumps(content()))
        for step in (
            ["download", "synthetic"],
            ["prepare", "mixture"],
            ["extractor", "mixture"],
            *STAGES.values(),
        ):
            assert main(step) == 0
    return folder


@pytest.fixture
def suite(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "suite")
    monkeypatch.chdir(tmp_path / "suite")
    return tmp_path / "suite"


def one_sentence(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("error: ")]
    assert "Traceback" not in text
    return line


def contents(folder: Path) -> dict[str, bytes]:
    hidden = {paths.WORK.name, paths.LOGS.name}
    return {
        str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and not hidden & {*p.parts}
    }


class Small(files._Output):
    """A disk on which so many writes fail from the nth on."""

    left = 0

    def write(self, content: object) -> int:
        type(self).left -= 1
        if type(self).left < 0:
            self.refused = OSError(errno.ENOSPC, "No space left on device")
            raise self.refused
        return super().write(content)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("writes", [0, 2, 5])
def test_a_disk_that_fills_up_at_any_write_is_one_sentence(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stage: str, writes: int
) -> None:
    before = contents(suite)
    for path in {"download": [paths.raw("digits") / "images.npy"]}.get(stage, []):
        path.unlink()
    monkeypatch.setattr(files, "_Output", Small)
    monkeypatch.setattr(Small, "left", writes)
    monkeypatch.setattr(files.np.lib.format, "isfileobj", lambda _: False)
    status = main(STAGES[stage])
    if status:
        assert "The disk is full: " in one_sentence(capsys.readouterr().err)
    else:
        assert Small.left >= 0
    monkeypatch.undo()
    os.chdir(suite)
    assert not [path for path in suite.rglob("*.partial") if path.is_file()]
    assert main(STAGES[stage]) == 0
    assert contents(suite) == before


@pytest.mark.parametrize("stage", ["prepare", "extractor", "sample", "evaluate", "train"])
def test_a_limit_on_the_size_of_files_is_one_sentence(suite: Path, stage: str) -> None:
    """A real one, which NumPy answers with an error that has no number."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))

    command = [sys.executable, "-m", "pipeline", *STAGES[stage]]
    shutil.rmtree("logs")
    # Python would cut the bytecode of what it imports for the first time, and believe it ever after.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limited, env=environment)
    assert done.returncode == 1
    assert "disk is full" in one_sentence(done.stderr) or "larger than a file may be" in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kind", ["npy", "npz", "weights", "text"])
def test_a_truly_full_disk_is_one_sentence(small_disk: Path, kind: str) -> None:
    path, array = small_disk / f"a.{kind}", np.random.default_rng(0).random(20_000)
    path.write_text("old")
    with pytest.raises(PipelineError, match=f"The disk is full: .*a.{kind} could not be written"):
        match kind:
            case "npy":
                files.write_npy(path, array)
            case "npz":
                files.write_npz(path, {"a": array})
            case "weights":
                import torch

                weights.save(path, {"a": torch.from_numpy(array)})
            case _:
                files.write_text(path, "x" * 100_000)
    assert path.read_text() == "old" and [one.name for one in small_disk.iterdir()] == [path.name]


@pytest.mark.parametrize("stage", STAGES)
def test_stages_on_a_truly_full_disk(
    suite: Path,
    small_disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stage: str,
) -> None:
    """All that the stage writes anew is on a disk that is full already, its logs and locks among them."""
    for name in ("data", "logs", "reports"):
        (small_disk / name).symlink_to(suite / name)
    (small_disk / paths.PARAMS).write_bytes(b"")
    full = {"download": paths.RAW, "prepare": paths.PROCESSED, "extractor": paths.EXTRACTORS}
    full |= {"train": paths.WORK, "sample": paths.SAMPLES, "evaluate": paths.EVIDENCE}
    folder = full[stage]
    shutil.move(suite / folder, suite / "aside")
    target = small_disk / "full"
    target.mkdir()
    (suite / folder).symlink_to(target)
    for source in ("digits",) if stage == "download" else ():
        (target / source).mkdir()
    with open(small_disk / "filling", "wb", buffering=0) as filling:
        for size in (4096, 1):
            while True:
                try:
                    filling.write(b"x" * size)
                except OSError:
                    break
    assert main(STAGES[stage]) == 1
    assert "The disk is full" in one_sentence(capsys.readouterr().err)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_closed_folder_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Wherever a folder is made: for outputs, locks, the suite's lock, the journal."""

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    for attempt in (
        lambda: files.write_text(tmp_path / "a/b.txt", "x"),
        lambda: files.exclusive(tmp_path / "a/lock", "it").__enter__(),
        lambda: turns.hold_suite(),
        journal,
    ):
        with pytest.raises(PipelineError, match="may not be used by this user .*change its permissions"):
            attempt()


def journal() -> None:
    with recorded(["train", "toy"]):
        pass


def test_a_read_only_disk_is_one_sentence(
    suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Root may write anywhere but there."""
    place = tmp_path / "closed"
    place.mkdir()
    bind = ["mount", "--bind", str(suite), str(place)]
    if shutil.which("mount") is None or subprocess.run(bind, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
        os.chdir(place)
        for step in STAGES.values():
            assert main(step) == 1
            assert "may not be used by this user (Read-only file system)" in one_sentence(
                capsys.readouterr().err
            )
    finally:
        os.chdir(suite)
        subprocess.run(["umount", str(place)], check=True)
