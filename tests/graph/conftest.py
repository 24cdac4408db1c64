"""A suite that both engines take to be finished, to edit in tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import make_suite, pretend_made, snakemake

from pipeline.graph import code, schema


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_suite(tmp_path_factory.mktemp("suites") / "finished", copy_code=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(code, "FOLDER", folder / "pipeline")
        pretend_made()
    return folder


@pytest.fixture
def edited(finished: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The finished suite as working directory, put back as it was after the test."""
    monkeypatch.chdir(finished)
    monkeypatch.setattr(code, "FOLDER", finished / "pipeline")
    for known in (schema.class_digest, schema._definitions):
        known.cache_clear()
    files = [file for file in finished.rglob("*") if file.is_file() and ".snakemake" not in file.parts]
    kept = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}
    yield finished
    for file, (content, time) in kept.items():
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)
            os.utime(file, ns=(time, time))


@pytest.fixture(scope="session")
def by_snakemake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smoke suite from scratch, locked."""
    folder = make_suite(tmp_path_factory.mktemp("smoke") / "snakemake")
    made = snakemake(folder, "lock")
    assert made.returncode == 0, made.stderr
    return folder
