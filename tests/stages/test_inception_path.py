"""From a file of Inception weights to FID and Inception score, by the stages of a suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import inception_weights
import pytest
import torch
from configs import PARAMS, SPLITS, changed

from pipeline import datasets
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.files import read_json, sha256
from pipeline.metrics.samples import RunSamples
from pipeline.networks.inception import INCEPTION

COUNT = 8
IMAGES: dict[str, Any] = {
    "source": "synthetic",
    "prepare": {
        "kind": "uniform", "dims": [3, 8, 8], "count": 40, "seed": 0, "splits": SPLITS | {"test": 0.2},
    },
}  # fmt: skip
METRICS = [
    {"kind": "fidelity", "count": COUNT, "measures": ["fid", "kid"]},
    {"kind": "inception_score", "groups": 2, "size": COUNT // 2},
]
STAGES = (
    ["download", "synthetic"], ["prepare", "images"], ["extractor", "images"],
    ["train", "toy"], ["sample", "toy"], ["evaluate", "toy"],
)  # fmt: skip


class Items(torch.utils.data.Dataset):
    """What torch-fidelity wants: bare tensors."""

    def __init__(self, pixels: Any) -> None:
        self.pixels = torch.from_numpy(pixels.copy())

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> torch.Tensor:
        return self.pixels[index]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inception_weights.write(tmp_path_factory.mktemp("weights") / "weights-inception.pth")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_suite(**extractor: Any) -> None:
    block = {**IMAGES, "extractor": {"kind": "inception", **extractor}}
    changes = {
        "datasets.images": block,
        "experiments.toy.dataset": "images",
        "experiments.toy.seeds": [0],
        "experiments.toy.train.steps": 1,
        "experiments.toy.train.snapshots": [],
        "experiments.toy.sample": {"count": COUNT, "dtype": "uint8"},
        "experiments.toy.evaluate.metrics": METRICS,
        "experiments.toy.evaluate.headline": f"fid{COUNT}",
    }
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))


def test_a_file_of_weights_becomes_fid_and_score(weights: Path) -> None:
    from torch_fidelity import calculate_metrics

    write_suite(weights=str(weights), sha256=sha256(weights))
    assert [main(stage) for stage in STAGES] == [0] * len(STAGES)
    extractor = read_json(paths.extractor_metrics("images"))
    assert extractor["weights"] == "weights-inception.pth"
    assert extractor["weights_sha256"] == sha256(weights)
    found = read_json(paths.metrics("beta_gan", "toy"))
    assert found["features"] == {"kind": "inception", "sha256": sha256(paths.extractor("images"))}

    fake = RunSamples(paths.samples("beta_gan", "toy", 0)).samples(1)
    theirs = calculate_metrics(
        input1=Items(fake), input2=Items(datasets.load("images").part("test")[0]),
        feature_extractor=INCEPTION, feature_extractor_weights_path=str(weights), fid=True, kid=True,
        isc=True, kid_subsets=1, kid_subset_size=COUNT, isc_splits=2, samples_shuffle=False, cuda=False,
        cache=False, save_cpu_ram=True, verbose=False,
    )  # fmt: skip
    ours = {name: measure["final"]["mean"] for name, measure in found["metrics"].items()}
    assert ours["fid8"] == pytest.approx(theirs["frechet_inception_distance"], rel=1e-4)
    assert ours["kid8"] == pytest.approx(theirs["kernel_inception_distance_mean"], rel=1e-4)
    assert ours["is2x4"] == pytest.approx(theirs["inception_score_mean"], rel=1e-6)


@pytest.mark.parametrize(
    ("extractor", "sentence"),
    [
        ({"weights": "gone.pth"}, "names gone.pth, but there is no such file: correct the path"),
        ({"weights": "params.yaml", "sha256": "0" * 64}, "correct extractor.sha256 or the file"),
        ({"weights": "params.yaml"}, "does not hold the weights of inception-v3-compat"),
    ],
)
def test_a_missing_or_wrong_file_is_one_sentence(
    extractor: dict[str, str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_suite(**extractor)
    assert main(["download", "synthetic"]) == main(["prepare", "images"]) == 0
    assert main(["extractor", "images"]) == 1
    error = capsys.readouterr().err
    assert sentence in error and error.startswith("error: ") and error.count("\n") == 1
    assert not paths.extractor("images").exists()
