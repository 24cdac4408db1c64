from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from pipeline.base import files
from pipeline.base.errors import PipelineError


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_json(path, {"old": 1})
    with pytest.raises(ValueError, match="halfway"), files.atomic(path) as file:
        file.write(b"new")
        raise ValueError("halfway")
    assert files.read_json(path) == {"old": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_is_one_sentence_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    files.write_text(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PipelineError, match="disk is full.*Free some space"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_move_to_another_file_system_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, path = tmp_path / "work/array", tmp_path / "out/a.npy"
    source.parent.mkdir()
    source.write_bytes(b"whole")
    replace = os.replace

    def refuse(old: Path, new: Path) -> None:
        if old == source:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        replace(old, new)

    monkeypatch.setattr(os, "replace", refuse)
    files.move_into_place(source, path)
    assert path.read_bytes() == b"whole" and not source.exists()
    assert [entry.name for entry in path.parent.iterdir()] == ["a.npy"]


def test_equal_arrays_give_equal_bytes(tmp_path: Path) -> None:
    arrays = {"a": np.arange(5), "b": np.ones((2, 3), np.float32)}
    files.write_npz(tmp_path / "1.npz", arrays)
    files.write_npz(tmp_path / "2.npz", arrays)
    assert files.sha256(tmp_path / "1.npz") == files.sha256(tmp_path / "2.npz")


def test_json_refuses_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "a.json", {"x": float("nan")})


def test_csv_takes_the_union_of_columns(tmp_path: Path) -> None:
    files.write_csv(tmp_path / "a.csv", [{"step": 1, "x": 2}, {"step": 2, "y": 3}])
    assert files.read_csv(tmp_path / "a.csv") == [
        {"step": "1", "x": "2", "y": ""},
        {"step": "2", "x": "", "y": "3"},
    ]


def test_only_one_holder_at_a_time(tmp_path: Path) -> None:
    with files.exclusive(tmp_path / "lock", "the toy"):
        second = files.exclusive(tmp_path / "lock", "the toy")
        with pytest.raises(PipelineError, match="already working on the toy"), second:
            pass
    with files.exclusive(tmp_path / "lock", "the toy"):
        pass


def test_partials_of_ended_processes_and_of_the_same_output_are_removed_and_nothing_else(
    tmp_path: Path,
) -> None:
    here, dead, alive = os.uname().nodename.partition(".")[0], 4194305, os.getpid()
    gone = [
        f".other.npy.{here}-{dead}.partial",
        f".old.npy.{dead}.partial",
        f".data.npy.{here}-{alive}.partial",
        f".data.npy.elsewhere-{dead}.partial",
    ]
    kept = [
        f".other.npy.{here}-{alive}.partial",
        f".other.npy.elsewhere-{dead}.partial",
        "data.npy",
        ".hidden",
        "one.partial",
        f"x.{dead}.partial",
    ]
    for name in gone + kept:
        (tmp_path / name).touch()
    files.remove_partials([tmp_path / "data.npy", tmp_path / "missing/a.npy"])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_what_a_killed_writer_leaves_is_known_as_partial(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        with files.atomic(tmp_path / "a.npy"):
            os._exit(1)
    os.waitpid(child, 0)
    assert len(list(tmp_path.iterdir())) == 1
    files.remove_partials([tmp_path / "b.npy"])
    assert not list(tmp_path.iterdir())
