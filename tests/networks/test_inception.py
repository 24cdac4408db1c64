"""Inception's weights: from a file that is checked, or from torch-fidelity's address."""

import hashlib
import json

import inception_weights
import numpy as np
import pytest
import torch
from configs import PARAMS
from torch_fidelity import feature_extractor_inceptionv3 as fidelity

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.datasets import Dataset
from pipeline.networks import inception
from pipeline.params.datasets import Inception

IMAGES = Dataset("images", np.zeros((1, 3, 32, 32), dtype=np.uint8), np.zeros(1), np.zeros(1), {})


@pytest.fixture(autouse=True)
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths.PARAMS.write_text(json.dumps(PARAMS))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv("TEMPERA_MIRROR", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return inception_weights.write(tmp_path_factory.mktemp("weights") / "inception.pth")


def block(**changes):
    return Inception(kind="inception", **{"weights": None, **changes})


def test_given_weights_are_checked_and_usable(weights, suite):
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    path = suite / "extractors/images.pt"
    found = inception.fit(block(weights=str(weights), sha256=digest), IMAGES, path)
    assert found == {"weights": "inception.pth", "weights_sha256": digest}
    network = fidelity.FeatureExtractorInceptionV3(
        "usable", ["2048"], feature_extractor_weights_path=str(path)
    )
    assert network(torch.zeros(1, 3, 32, 32, dtype=torch.uint8))[0].shape == (1, 2048)


def test_another_hash_is_refused(weights, suite):
    with pytest.raises(PipelineError, match="is corrupt: its sha256 is .*, expected 0000"):
        inception.fit(block(weights=str(weights), sha256="0" * 64), IMAGES, suite / "images.pt")
    assert not (suite / "images.pt").exists()


def test_missing_file_is_named(suite):
    with pytest.raises(PipelineError, match="names nowhere.pth, but there is no such file"):
        inception.fit(block(weights="nowhere.pth"), IMAGES, suite / "images.pt")


@pytest.mark.parametrize("content", [b"no weights", {"fc.weight": torch.zeros(2)}])
def test_foreign_weights_are_refused(suite, content):
    path = suite / "foreign.pth"
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    with pytest.raises(PipelineError, match="foreign.pth does not hold the weights of inception-v3-compat"):
        inception.fit(block(weights=str(path)), IMAGES, suite / "images.pt")
    assert not (suite / "images.pt").exists()


def test_failed_download_says_what_to_do(suite, monkeypatch):
    monkeypatch.setattr(fidelity, "URL_INCEPTION_V3", "http://127.0.0.1:9/weights.pth")
    with pytest.raises(
        PipelineError, match="download http://127.0.0.1:9/weights.pth by hand .*extractor.weights"
    ):
        inception.fit(block(), IMAGES, suite / "images.pt")


@pytest.mark.parametrize("named_in", ["environment", "params.yaml"])
def test_download_takes_the_mirror_first(weights, suite, monkeypatch, named_in):
    monkeypatch.setattr(fidelity, "URL_INCEPTION_V3", "http://127.0.0.1:9/inception.pth")
    monkeypatch.setattr(inception, "SHA256", hashlib.sha256(weights.read_bytes()).hexdigest())
    if named_in == "environment":
        monkeypatch.setenv("TEMPERA_MIRROR", str(weights.parent))
    else:
        paths.PARAMS.write_text(json.dumps(PARAMS | {"mirror": str(weights.parent)}))
    assert inception.fit(block(), IMAGES, suite / "images.pt")["weights"] == "inception.pth"
