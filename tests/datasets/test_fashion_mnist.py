"""A data set in a known form is a block of params.yaml: Fashion-MNIST, from generated files."""

import hashlib
import json

import formats.mnist
import numpy as np
import pytest
from configs import PARAMS, changed
from pydantic import TypeAdapter, ValidationError
from torchvision.datasets import FashionMNIST

from pipeline import datasets, params
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.figures import data
from pipeline.params.sources import Source

SOURCE = {
    "kind": "mnist",
    "addresses": ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
    "md5": {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
}
BLOCKS = {
    "sources.fashion_mnist": SOURCE,
    "datasets.fashion_mnist": {
        "source": "fashion_mnist",
        "title": "Fashion-MNIST",
        "prepare": {"kind": "mnist", "size": 28, "validation": 10},
        "extractor": {"kind": "coordinates"},
    },
    "experiments.toy.dataset": "fashion_mnist",
    "experiments.toy.evaluate.metrics": [{"kind": "fidelity", "count": 20, "measures": ["fid"]}],
    "experiments.toy.evaluate.headline": "fid20",
}
RNG = np.random.default_rng(0)
IMAGES, LABELS = RNG.integers(256, size=(120, 28, 28), dtype=np.uint8), RNG.integers(10, size=120)


def block(**changes):
    return TypeAdapter(Source).validate_python({**SOURCE, **changes})


def write(changes):
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, {**BLOCKS, **changes})))


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A suite with the block and a mirror folder with a hundred training and twenty test images of noise."""
    monkeypatch.setenv("TEMPERA_MIRROR", str(tmp_path / "mirror"))
    folder = tmp_path / "mirror/fashion_mnist"
    formats.mnist.write(folder, IMAGES[:100], LABELS[:100], IMAGES[100:], LABELS[100:])
    return folder


def test_addresses_and_sums_are_torchvisions():
    ours, addresses = block().files(), FashionMNIST.mirrors
    assert [(file.name, file.digest) for file in ours] == FashionMNIST.resources
    assert all(list(file.urls) == [address + file.name for address in addresses] for file in ours)
    assert all(file.archive and file.algorithm == "md5" for file in ours)


def test_it_is_prepared_from_files_with_their_published_sums(mirror):
    sums = {file.name: hashlib.md5(file.read_bytes()).hexdigest() for file in mirror.iterdir()}
    write({"sources.fashion_mnist": {**SOURCE, "md5": sums, "training": 100, "test": 20}})
    assert main(["download", "fashion_mnist"]) == 0 and main(["prepare", "fashion_mnist"]) == 0
    manifest = json.loads(paths.manifest("fashion_mnist").read_text())
    assert sorted(manifest["files"]) == sorted(sums) and manifest["verified"] is True
    found = datasets.load("fashion_mnist")
    np.testing.assert_array_equal(found.data[:, 0], IMAGES)
    np.testing.assert_array_equal(found.labels, LABELS)
    assert found.about["splits"] == {"train": 90, "validation": 10, "test": 20}
    (paths.raw("fashion_mnist") / "t10k-labels-idx1-ubyte").touch()
    assert main(["prepare", "fashion_mnist"]) == 1


def test_files_with_other_sums_are_refused(mirror, capsys, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    write({"sources.fashion_mnist.addresses": ["http://127.0.0.1:9/"]})
    assert main(["download", "fashion_mnist"]) == 1
    said = capsys.readouterr().err
    digest = hashlib.md5((mirror / "train-images-idx3-ubyte.gz").read_bytes()).hexdigest()
    assert f"its md5 is {digest}, expected 8d4fb7e6c68d591d4c3dfef9ec88bf0d" in said
    assert not (paths.raw("fashion_mnist") / "train-images-idx3-ubyte.gz").exists()


def test_it_is_estimated_and_called_by_its_name(mirror, capsys):
    write({})
    assert main(["estimate", "--calibration-steps", "0"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("fashion_mnist"))
    assert line.split()[1] == "70,000"
    fashion = params.load().datasets["fashion_mnist"]
    assert data.stands_for(fashion, "mnist") == "Fashion-MNIST in place of MNIST"
    assert data.stands_for(fashion.model_copy(update={"title": None}), "mnist") == "MNIST"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"md5": {**SOURCE["md5"], "train-images-idx3-ubyte.gz": "8d4f"}}, "should match pattern"),
        ({"md5": {"train-images-idx3-ubyte.gz": "0" * 32}}, "md5 must have a sum for each of train-images"),
        ({"addresses": ["file:///etc/"]}, "should match pattern"),
    ],
)
def test_blocks_that_cannot_be_are_refused(changes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        block(**changes)


def test_numbers_of_images_are_the_sources_own(mirror):
    write({"sources.fashion_mnist.training": 10})
    with pytest.raises(params.PipelineError, match=r"fashion_mnist.prepare: .* none is left for training"):
        params.load()
