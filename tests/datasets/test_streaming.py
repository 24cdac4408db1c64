"""Arrays made in pieces: their bytes, what is held at a time, and going on after an interruption."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import stream_fakes as fakes

from pipeline.base.errors import PipelineError
from pipeline.base.files import exclusive
from pipeline.datasets import streaming

ROOT = Path(__file__).parents[2]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


def saved(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("rows", [1, 3, 20, 50])
def test_bytes_are_those_of_numpy_save(tmp_path: Path, notes: Path, workers: int, rows: int) -> None:
    path = tmp_path / "out/data.npy"
    streaming.write(path, fakes.stream(notes, rows=rows), tmp_path / "work", workers)
    assert path.read_bytes() == saved(fakes.expected(20))
    assert not (tmp_path / "work").exists()


def test_pieces_may_differ_in_length(tmp_path: Path, notes: Path) -> None:
    stream = fakes.uneven(notes)
    assert len(stream) == 10 and stream.shape == (10, 3, 4, 4) and stream.dtype == np.uint8
    np.testing.assert_array_equal(fakes.made(stream, tmp_path), fakes.expected(10))


@pytest.mark.parametrize(
    ("failing", "sentence"),
    [("fill_until_12", "number 12 is bad"), ("fill_until_killed", "was killed, perhaps for want of memory")],
)
def test_goes_on_after_the_last_finished_piece(
    tmp_path: Path, notes: Path, failing: str, sentence: str
) -> None:
    path, work = tmp_path / "data.npy", tmp_path / "work"
    with pytest.raises(PipelineError, match=sentence):
        streaming.write(path, fakes.stream(notes, name=failing), work, workers=1)
    assert not path.exists()
    finished = [int(line) for line in (work / "journal").read_text().split()[1:]]
    assert sorted(finished) == [0, 1, 2, 3][: len(finished)] and len(finished) >= 3

    for note in notes.iterdir():
        note.unlink()
    streaming.write(path, fakes.stream(notes), work, workers=2)
    assert path.read_bytes() == saved(fakes.expected(20))
    assert fakes.noted(notes) == list(range(3 * len(finished), 20))


def test_survives_a_kill(tmp_path: Path, notes: Path) -> None:
    script = f"""
from pathlib import Path
import stream_fakes as fakes
from pipeline.datasets import streaming
from pipeline.base.files import exclusive
folder = Path({str(tmp_path)!r})
with exclusive(folder / "lock", "it"):
    stream = fakes.stream(folder / "notes", 600, name="fill_slowly")
    streaming.write(folder / "data.npy", stream, folder / "work", workers=2)
"""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests/support'}"}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment)
    journal = tmp_path / "work/journal"
    wait_until(lambda: journal.exists() and len(journal.read_text().split()) > 5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: lock_is_free(tmp_path / "lock"))
    finished = [int(number) for number in journal.read_text().split()[1:]]
    assert not (tmp_path / "data.npy").exists() and 5 <= len(finished) < 200

    for note in notes.iterdir():
        note.unlink()
    streaming.write(tmp_path / "data.npy", fakes.stream(notes, 600), tmp_path / "work", workers=2)
    assert (tmp_path / "data.npy").read_bytes() == saved(fakes.expected(600))
    again = set(fakes.noted(notes))
    assert again == {number for number in range(600) if number // 3 not in finished}


def wait_until(condition: Any) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("nothing happened for 20 s")


def lock_is_free(path: Path) -> bool:
    """The workers of a killed process hold its lock until they end."""
    try:
        with exclusive(path, "it"):
            return True
    except PipelineError:
        return False


@pytest.mark.parametrize("foreign", [{"key": "b"}, {"rows": 4}, {"count": 21}])
def test_work_of_another_stream_is_not_continued(
    tmp_path: Path, notes: Path, foreign: dict[str, Any]
) -> None:
    path, work = tmp_path / "data.npy", tmp_path / "work"
    with pytest.raises(PipelineError):
        streaming.write(path, fakes.stream(notes, name="fill_until_12", **foreign), work, workers=1)
    for note in notes.iterdir():
        note.unlink()
    streaming.write(path, fakes.stream(notes), work, workers=1)
    assert fakes.noted(notes) == list(range(20))
    assert path.read_bytes() == saved(fakes.expected(20))


def test_a_torn_line_of_the_journal_does_not_count(tmp_path: Path, notes: Path) -> None:
    path, work = tmp_path / "data.npy", tmp_path / "work"
    with pytest.raises(PipelineError):
        streaming.write(path, fakes.stream(notes, 60, rows=2, name="fill_until_12"), work, workers=1)
    with open(work / "journal", "a") as journal:
        journal.write("2")  # the beginning of a larger number
    with pytest.raises(PipelineError):
        streaming.write(path, fakes.stream(notes, 60, rows=2, name="fill_until_12"), work, workers=1)
    assert {int(number) for number in (work / "journal").read_text().split()[1:]} <= set(range(6))
    streaming.write(path, fakes.stream(notes, 60, rows=2), work, workers=1)
    assert path.read_bytes() == saved(fakes.expected(60))


class CountingPool(ThreadPoolExecutor):
    """Threads in place of processes, that count how many pieces are asked for or being made."""

    live: set[Future[Any]]
    most = 0

    def __init__(self, workers: int, initializer: Any) -> None:
        super().__init__(workers)
        self.live, self.guard = set(), threading.Lock()

    def submit(self, *arguments: Any) -> Future[Any]:  # type: ignore[override]
        future = super().submit(*arguments)
        with self.guard:
            self.live.add(future)
            type(self).most = max(self.most, len(self.live))
        future.add_done_callback(self.live.discard)
        return future


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_few_pieces_are_held_at_a_time(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(streaming, "ProcessPoolExecutor", CountingPool)
    monkeypatch.setattr(CountingPool, "most", 0)
    path = tmp_path / "data.npy"
    streaming.write(path, fakes.stream(notes, 200, rows=2), tmp_path / "work", workers)
    assert 0 < CountingPool.most <= streaming.PIECES_AHEAD * workers
    assert path.read_bytes() == saved(fakes.expected(200))


def test_workers_map_their_piece_and_nothing_else(tmp_path: Path, notes: Path) -> None:
    stream = fakes.uneven(notes)
    streaming._allocate(tmp_path / "array.npy", stream)
    places = streaming._places(stream, tmp_path / "array.npy")
    assert [place["shape"][0] for place in places] == [1, 7, 0, 2]
    assert np.diff([place["offset"] for place in places]).tolist() == [48, 7 * 48, 0]


def test_a_full_disk_is_one_sentence(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(PipelineError, match="disk is full: .*data.npy could not be written"):
        streaming.write(tmp_path / "data.npy", fakes.stream(notes), tmp_path / "work")
    assert fakes.noted(notes) == []


def test_fingerprints_depend_on_configuration_and_listing() -> None:
    prints = [
        streaming.fingerprint({"size": 32}, ["a\t1"]),
        streaming.fingerprint({"size": 64}, ["a\t1"]),
        streaming.fingerprint({"size": 32}, ["a\t2"]),
        streaming.fingerprint({"size": 32}, ["a\t1", "b\t1"]),
    ]
    assert len(set(prints)) == 4
    assert prints[0] == streaming.fingerprint({"size": 32}, ["a\t1"])
