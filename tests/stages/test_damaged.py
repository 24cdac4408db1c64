"""Flipped and truncated files: a stage that reads one ends with a sentence about it, never a traceback."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fakes
import numpy as np
import pytest
import torch
from configs import EXPERIMENT, PARAMS, SPLITS, changed
from receipts_fakes import leave_receipts

from pipeline import datasets, params
from pipeline.__main__ import main
from pipeline.base import files, paths, weights
from pipeline.base.errors import PipelineError
from pipeline.datasets import sources
from pipeline.measures.evidence import Evidence
from pipeline.metrics.samples import RunSamples
from pipeline.networks import classifier

CLASSIFIER = {
    "kind": "classifier",
    "width": 2,
    "features": 4,
    "epochs": 1,
    "batch": 64,
    "lr": 0.01,
    "seed": 0,
}
DIGITS = {
    "source": "digits",
    "prepare": {"kind": "digits", "size": 28, "splits": SPLITS},
    "extractor": CLASSIFIER,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite with a file of every kind that a stage reads."""
    folder = tmp_path_factory.mktemp("suite")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        changes = {
            "sources.digits": {"kind": "digits"},
            "datasets.digits": DIGITS,
            "experiments.toy": changed(EXPERIMENT, {"seeds": [0], "evaluate.every_snapshot": False}),
        }
        paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))
        for step in (
            ["download", "synthetic"], ["prepare", "mixture"], ["extractor", "mixture"],
            ["download", "digits"], ["prepare", "digits"], ["extractor", "digits"],
            ["train", "toy"], ["sample", "toy"], ["evaluate", "toy"],
        ):  # fmt: skip
            assert main(step) == 0
    return folder


def evidence() -> Evidence:
    suite = params.load()
    return Evidence("toy", suite.experiments["toy"], suite.datasets["mixture"])


def everything_drawn() -> None:
    drawn = RunSamples(SAMPLES)
    _ = [drawn.samples(step) for step in drawn.steps]


SAMPLES = paths.samples("beta_gan", "toy", 0)
CHECKPOINT = paths.checkpoint("beta_gan", "toy", 0)
LOG = paths.training_log("beta_gan", "toy", 0)
READERS: dict[str, tuple[Path, Callable[[], Any]]] = {
    "manifest": (paths.manifest("digits"), lambda: sources.verified("digits")),
    "raw file": (paths.raw("digits") / "labels.npy", lambda: sources.verified("digits")),
    "data": (paths.processed_files("mixture")[0], lambda: datasets.load("mixture")),
    "labels": (paths.processed_files("mixture")[1], lambda: datasets.load("mixture")),
    "split": (paths.processed_files("mixture")[2], lambda: datasets.load("mixture")),
    "about": (paths.processed_files("mixture")[3], lambda: datasets.load("mixture")),
    "classifier": (paths.extractor("digits"), lambda: classifier.load(paths.extractor("digits"))),
    "checkpoint": (CHECKPOINT, lambda: weights.load(CHECKPOINT, names=("snapshots", "diverged"))),
    "samples": (SAMPLES, everything_drawn),
    "log": (LOG, lambda: files.read_csv(LOG, numbers=True)),
    "metrics": (paths.metrics("beta_gan", "toy"), lambda: evidence().metrics),
    "curves": (paths.curves("beta_gan", "toy"), lambda: evidence().curves),
    "training": (paths.training("beta_gan", "toy"), lambda: evidence().training),
    "evidence": (paths.evidence("beta_gan", "toy"), lambda: evidence().arrays),
}


@pytest.fixture
def suite(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def kept(suite: Path, request: pytest.FixtureRequest) -> Any:
    """The file that a test damages, put right again afterwards."""
    path, read = READERS[request.param]
    content = path.read_bytes()
    yield path, read, content
    path.write_bytes(content)


def refused(read: Callable[[], Any], path: Path) -> bool:
    """Whether reading ends with a sentence about the file; any other error fails the test."""
    try:
        read()
    except PipelineError as error:
        assert path.stem in str(error) and "run " in str(error), error
        return True
    return False


@pytest.mark.parametrize("kept", READERS, indirect=True)
def test_truncated_files_are_refused(kept: Any) -> None:
    path, read, content = kept
    assert not refused(read, path)
    for length in {0, 1, 3, 50, len(content) // 3, len(content) // 2, len(content) - 2}:
        if length < len(content):
            path.write_bytes(content[:length])
            assert refused(read, path), length
    path.unlink()
    assert refused(read, path)


@pytest.mark.parametrize("kept", READERS, indirect=True)
def test_a_flipped_bit_is_refused_or_changes_a_value_but_is_no_traceback(kept: Any) -> None:
    path, read, content = kept
    chance = random.Random(0)
    ends = [*range(min(60, len(content))), *range(max(0, len(content) - 60), len(content))]
    places = chance.sample(ends, min(25, len(ends))) + [chance.randrange(len(content)) for _ in range(25)]
    answers = set()
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(flipped))
        answers.add(refused(read, path))
    assert True in answers


@pytest.mark.parametrize("kept", ["metrics", "about", "manifest"], indirect=True)
@pytest.mark.parametrize("content", [b"[]", b"null", b"{}", b'{"files": 3}', b"\xff\xfe", b"[" * 100_000])
def test_json_of_another_form_is_refused(kept: Any, content: bytes) -> None:
    path, read, _ = kept
    path.write_bytes(content)
    assert refused(read, path)


@pytest.mark.parametrize("kept", ["curves"], indirect=True)
@pytest.mark.parametrize(
    "content", [b"seed,step\n1\n", b"seed,step\n1,2,3\n", b"seed,step\n1,x\n", b"\xff\n"]
)
def test_tables_of_another_form_are_refused(kept: Any, content: bytes) -> None:
    path, read, _ = kept
    path.write_bytes(content)
    assert refused(read, path)


@pytest.mark.parametrize("kept", ["data"], indirect=True)
def test_arrays_must_be_what_about_says(kept: Any) -> None:
    path, read, _ = kept
    data = np.load(path)
    for other in (data[:-1], data[:, :2], data.astype(np.float64), data[:, :, None]):
        np.save(path, other)
        with pytest.raises(
            PipelineError, match=r"data.npy does not agree with about.json, being .*prepare mixture"
        ):
            read()


@pytest.mark.parametrize("kept", ["split"], indirect=True)
def test_splits_and_labels_must_be_what_about_says(kept: Any) -> None:
    path, read, _ = kept
    split = np.load(path)
    for code in ((int(split[0]) + 1) % 3, 7):
        other = split.copy()
        other[0] = code
        np.save(path, other)
        with pytest.raises(PipelineError, match="split.npy does not agree with about.json, having"):
            read()
    np.save(path, split)
    labels = paths.processed_files("mixture")[1]
    before = np.load(labels)
    np.save(labels, np.where(np.arange(len(before)) == 3, 99, before))
    with pytest.raises(PipelineError, match="labels.npy does not agree with about.json, with labels up to"):
        read()
    np.save(labels, before)


@pytest.mark.parametrize("kept", ["classifier"], indirect=True)
def test_a_good_classifier_is_not_called_damaged(kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, read, _ = kept

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")

    monkeypatch.setattr(torch.nn.Module, "load_state_dict", refuse)
    with pytest.raises(PipelineError, match="not enough memory") as told:
        read()
    assert "delete" not in str(told.value)


@pytest.mark.parametrize(
    ("broken", "stage"),
    [
        (paths.metrics("gan", "gan-digits"), ["report"]),
        (paths.extractor_metrics("digits"), ["report"]),
        (paths.CLAIMS_METRICS, ["report"]),
    ],
    ids=str,
)
def test_stages_say_what_is_damaged_and_what_to_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: Path,
    stage: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    suite = fakes.write_suite()
    files.write_json(paths.extractor_metrics("digits"), {"kind": "classifier", "sha256": "f" * 64})
    for key in suite.results:
        files.write_text(
            paths.result(suite.results[key].paper, suite.results[key].id, "md"),
            "#\n",
        )
    files.write_json(paths.CLAIMS_METRICS, {})
    leave_receipts(suite, fill=True)
    broken.write_bytes(broken.read_bytes()[:-3] + b"\xff")
    assert main(stage) == 1
    error = capsys.readouterr().err
    assert f"{broken} is not what `python -m pipeline" in error
    assert "made: it was damaged or edited. Delete it and run that again." in error
    assert error.count("\n") == 1
