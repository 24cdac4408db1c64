"""Sources: pinned hashes of embedded data, manifests, and MNIST's addresses."""

import gzip
import hashlib
import json

import numpy as np
import pytest
from configs import source

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import sha256, write_json
from pipeline.datasets import sources
from pipeline.params.datasets import mnist, scikit


def download(kind):
    manifest = sources.download(kind, source(kind), [])
    write_json(paths.manifest(kind), manifest)
    return manifest


def test_synthetic_source_has_no_files():
    expected = {"source": "synthetic", "kind": "synthetic", "verified": True, "files": {}}
    assert download("synthetic") == expected
    assert sources.verified("synthetic").is_dir()


def test_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    manifest = download("digits")
    images, labels = (np.load(paths.raw("digits") / name) for name in ("images.npy", "labels.npy"))
    np.testing.assert_array_equal(images, load_digits().images)
    np.testing.assert_array_equal(labels, load_digits().target)
    path = paths.raw("digits") / "images.npy"
    assert manifest["files"]["images.npy"] == {"sha256": sha256(path), "bytes": path.stat().st_size}


def test_another_scikit_learn_is_noticed(monkeypatch):
    monkeypatch.setitem(scikit.DIGITS, "images", "0" * 64)
    with pytest.raises(PipelineError, match="'images' has sha256 8f26.*, expected 0000"):
        download("digits")


@pytest.mark.parametrize("damage", ["change", "remove"])
def test_files_that_changed_since_are_refused(damage):
    download("digits")
    path = paths.raw("digits") / "labels.npy"
    path.write_bytes(b"") if damage == "change" else path.unlink()
    with pytest.raises(PipelineError, match="labels.npy is missing or differs from its manifest"):
        sources.verified("digits")


def test_missing_download_names_the_command():
    with pytest.raises(PipelineError, match="run `python -m pipeline download digits` first"):
        sources.verified("digits")


def sums(contents):
    return {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}


def test_mnist_comes_decompressed_from_a_mirror(suite):
    contents = {name: name.encode() * 100 for name in mnist.MD5}
    for name, content in contents.items():
        (suite / f"{name}.gz").write_bytes(gzip.compress(content))
    manifest = sources.download("mnist", source("mnist", md5=sums(contents)), [suite])
    assert {name: (paths.raw("mnist") / name).read_bytes() for name in manifest["files"]} == contents


def test_generated_files_are_taken_unverified_from_a_mirror_alone(suite):
    for name in mnist.MD5:
        (suite / f"{name}.gz").write_bytes(gzip.compress(b"generated"))
    manifest = sources.download("mnist", source("mnist", verify=False), [suite])
    assert manifest["verified"] is False
    assert {(paths.raw("mnist") / name).read_bytes() for name in manifest["files"]} == {b"generated"}


def test_files_are_looked_for_at_their_addresses(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(
        PipelineError, match="http://127.0.0.1:9/train-images-idx3-ubyte.gz cannot be reached"
    ):
        sources.download("mnist", source("mnist", addresses=["http://127.0.0.1:9/"]), [])


def test_manifest_repeats():
    assert json.dumps(download("photographs")) == json.dumps(download("photographs"))
