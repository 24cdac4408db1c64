"""download, prepare and extractor as commands in a suite's folder."""

import json

import numpy as np
import pytest
from configs import PARAMS, SPLITS, changed

from pipeline import datasets
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.files import exclusive, sha256

DIGITS = {
    "source": "digits",
    "prepare": {"kind": "digits", "size": 28, "splits": SPLITS},
    "extractor": {
        "kind": "classifier",
        "width": 8,
        "features": 32,
        "epochs": 2,
        "batch": 64,
        "lr": 0.003,
        "seed": 0,
    },
}


@pytest.fixture(autouse=True)
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    changes = {"sources.digits": {"kind": "digits"}, "datasets.digits": DIGITS}
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))


def contents():
    undeclared = {paths.WORK.name, paths.LOGS.name}
    files = [path for path in paths.Path().rglob("*") if path.is_file() and not undeclared & {*path.parts}]
    return {str(path): sha256(path) for path in files}


def test_stages_follow_each_other_and_repeat_byte_for_byte(capsys):
    steps = (["download", "digits"], ["prepare", "digits"], ["extractor", "digits"])
    assert [main(step) for step in steps] == [0, 0, 0]
    first = contents()
    about = json.loads((paths.processed("digits") / "about.json").read_text())
    assert about["splits"] == {"train": 1258, "validation": 180, "test": 359}
    assert about["shape"] == [1, 28, 28] and about["classes"] == [10] and about["count"] == 1797
    assert about["kind"] == "digits" and about["dtype"] == "uint8"
    assert about["sha256"] == sha256(paths.processed("digits") / "data.npy")
    dataset = datasets.load("digits")
    assert dataset.images and len(dataset.part("test")[0]) == 359

    report = json.loads(paths.extractor_metrics("digits").read_text())
    assert report["kind"] == "classifier" and report["sha256"] == sha256(paths.extractor("digits"))
    assert f"test accuracy {report['test_accuracy']:.4f}" in capsys.readouterr().out
    for path in first:
        if path != str(paths.PARAMS):
            paths.Path(path).unlink()
    assert [main(step) for step in steps] == [0, 0, 0]
    assert contents() == first


def test_points_need_no_torch_for_their_extractor(capsys):
    for step in (["download", "synthetic"], ["prepare", "mixture"], ["extractor", "mixture"]):
        assert main(step) == 0
    assert np.load(paths.processed("mixture") / "data.npy").shape == (400, 3)
    report = json.loads(paths.extractor_metrics("mixture").read_text())
    assert report == {"kind": "coordinates", "shape": [3], "sha256": sha256(paths.extractor("mixture"))}


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (["download", "digit"], "There is no source 'digit' in params.yaml: did you mean 'digits'?"),
        (["prepare", "digist"], "There is no data set 'digist' in params.yaml: did you mean 'digits'?"),
        (["prepare", "digits"], "run `python -m pipeline download digits` first"),
        (["extractor", "digits"], "run `python -m pipeline prepare digits` first"),
    ],
)
def test_bad_input_is_one_sentence(step, sentence, capsys):
    assert main(step) == 1
    error = capsys.readouterr().err
    assert sentence in error and error.startswith("error: ") and error.count("\n") == 1


def test_two_at_once_are_refused(capsys):
    with exclusive(paths.LOCKS / "download-digits.lock", "test"):
        assert main(["download", "digits"]) == 1
    assert "Another process is already working on 'download digits'" in capsys.readouterr().err


def test_damaged_data_set_is_refused(capsys):
    for step in (["download", "digits"], ["prepare", "digits"]):
        assert main(step) == 0
    path = paths.processed("digits") / "data.npy"
    path.write_bytes(path.read_bytes()[:5000])
    assert main(["extractor", "digits"]) == 1
    assert (
        "data.npy is not what `python -m pipeline prepare digits` made: it was damaged or edited"
        in capsys.readouterr().err
    )
