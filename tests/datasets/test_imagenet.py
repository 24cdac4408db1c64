"""ILSVRC2012: the true loader on a few photographs in folders of classes."""

import io
import json

import formats.imagenet
import numpy as np
import pytest
import stream_fakes as fakes
from configs import PARAMS, changed, source
from PIL import Image
from torchvision.datasets import ImageFolder
from torchvision.transforms import CenterCrop, Compose, Resize

from pipeline import datasets
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.datasets import folder, sources
from pipeline.params.datasets import ImageNet

RNG = np.random.default_rng(0)
CONFIG = ImageNet(kind="imagenet", size=32)
SHAPES = {"n01443537": [(75, 100)], "n01440764": [(120, 60), (64, 64)], "n02102040": [(32, 41), (200, 150)]}
IMAGES = {
    name: [RNG.integers(256, size=(3, *shape), dtype=np.uint8) for shape in shapes]
    for name, shapes in SHAPES.items()
}


@pytest.fixture(autouse=True)
def photographs(tmp_path):
    formats.imagenet.write(tmp_path / "ILSVRC2012", IMAGES)


def download(**changes):
    block = source("imagenet", **{"path": "ILSVRC2012", "verify": False, **changes})
    sources.download("imagenet", block, [])
    return paths.raw("imagenet")


def test_images_and_labels_are_torchvisions(suite):
    prepared = folder.imagenet(CONFIG, download())
    theirs = ImageFolder(suite / "ILSVRC2012", Compose([Resize(32), CenterCrop(32), np.asarray]))
    assert prepared.data.shape == (5, 3, 32, 32) and prepared.classes == [3]
    expected = np.stack([image.transpose(2, 0, 1) for image, _ in theirs])
    np.testing.assert_array_equal(fakes.made(prepared.data, suite), expected)
    assert prepared.labels.tolist() == theirs.targets == [0, 0, 1, 2, 2]
    assert prepared.split.tolist() == [0] * 5
    assert CONFIG.shape == (3, 32, 32)


def test_grey_and_cmyk_photographs_are_converted(suite):
    for number, mode in enumerate(("L", "CMYK")):
        file = io.BytesIO()
        Image.new(mode, (50, 40), 128 if mode == "L" else (0, 255, 255, 0)).save(file, "JPEG")
        (suite / f"ILSVRC2012/n01443537/x{number}.JPEG").write_bytes(file.getvalue())
    made = fakes.made(folder.imagenet(CONFIG, download()).data, suite)
    np.testing.assert_array_equal(made[3], np.full((3, 32, 32), 128))
    assert np.ptp(made[4], axis=(1, 2)).max() == 0 and made[4, 0, 0, 0] > 200 > 60 > made[4, 1, 0, 0]


def test_stages_list_the_folder_where_it_stands(suite):
    changes = {
        "sources.imagenet": {"kind": "imagenet", "path": "ILSVRC2012", "verify": False},
        "datasets.imagenet": {
            "source": "imagenet",
            "prepare": {"kind": "imagenet", "size": 32},
            "extractor": {"kind": "coordinates"},
        },
    }
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))
    assert main(["download", "imagenet"]) == 0 and main(["prepare", "imagenet"]) == 0
    left = ["listing.json", "manifest.json", "receipt.json"]
    assert sorted(path.name for path in paths.raw("imagenet").iterdir()) == left
    listing = json.loads((paths.raw("imagenet") / "listing.json").read_text())
    assert (listing["path"], listing["images"], listing["folders"]) == ("ILSVRC2012", 5, 3)
    assert json.loads(paths.manifest("imagenet").read_text())["verified"] is False
    about = json.loads((paths.processed("imagenet") / "about.json").read_text())
    assert about["preprocessing"].startswith("shorter side to 32, central square, antialiased")
    assert about["verified"] is False and about["splits"] == {"train": 5, "validation": 0, "test": 0}
    assert datasets.load("imagenet").data.shape == (5, 3, 32, 32)


def test_a_part_of_the_classes_is_not_the_data_set():
    with pytest.raises(PipelineError, match="has 5 images of 3 classes, but .* has 1,281,167 of 1,000"):
        download(verify=True)


def test_a_missing_folder_is_asked_for_in_one_sentence():
    with pytest.raises(PipelineError, match="register at https://image-net.org/.*sources.imagenet.path"):
        download(path="nowhere")


def test_other_folders_are_refused(suite):
    (suite / "ILSVRC2012/n02102040").rename(suite / "ILSVRC2012/springer spaniel")
    with pytest.raises(PipelineError, match="but there are some in 'springer spaniel'"):
        download()


def test_a_folder_that_changed_since_is_refused(suite):
    raw = download()
    next((suite / "ILSVRC2012/n02102040").iterdir()).unlink()
    with pytest.raises(PipelineError, match="not those that were listed: run .*download imagenet"):
        folder.imagenet(CONFIG, raw)
