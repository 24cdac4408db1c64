"""CelebA: the true loader on a few faces in the original files."""

import io
import json

import formats.celeba
import numpy as np
import pytest
import stream_fakes as fakes
from configs import PARAMS, changed, source
from formats.images import encoded
from PIL import Image
from torchvision.datasets import CelebA as Torchvision
from torchvision.transforms import CenterCrop, Compose, Resize

from pipeline import datasets
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.datasets import celeba, sources
from pipeline.params.datasets import CelebA
from pipeline.params.datasets.celeba import MD5

RNG = np.random.default_rng(0)
COUNT = 12
SPLIT = [0] * 7 + [1] * 2 + [2] * 3
GLASSES, MALE = RNG.integers(2, size=(2, COUNT))
IMAGES = np.repeat(RNG.integers(256, size=(COUNT, 3, 109, 89), dtype=np.uint8), 2, axis=2).repeat(2, axis=3)
MOUTH = [73, 152, 108, 154]
LANDMARKS = np.array([[69, 111, 107, 111, 70 + 3 * number, 135, *MOUTH] for number in range(COUNT)])
BLOCK = {
    "kind": "celeba",
    "crop": 108,
    "size": 64,
    "attributes": ["Eyeglasses", "Male"],
    "yaw_bins": 3,
    "yaw_thresholds": [-0.2, 0.2],
}


def config(**changes):
    return CelebA(**{**BLOCK, **changes})


@pytest.fixture(params=["zip file", "folder"])
def raw(request, suite):
    folder = suite / ("mirror" if request.param == "zip file" else "data/raw/celeba")
    write(folder, archive=request.param == "zip file")
    if request.param == "folder":
        return download([])
    return download([suite / "mirror"])


def write(folder, archive=True):
    labels = {"Eyeglasses": GLASSES, "Male": MALE}
    formats.celeba.write(folder, IMAGES, SPLIT, labels, LANDMARKS, archive)


def download(mirrors):
    sources.download("celeba", source("celeba", verify=False), mirrors)
    return paths.raw("celeba")


@pytest.mark.parametrize(("crop", "size"), [(108, 64), (178, 32)])
def test_faces_are_torchvisions_crop_of_the_decoded_file(raw, suite, crop, size):
    prepared = celeba.prepare(config(crop=crop, size=size), raw)
    shrink = Compose([CenterCrop(crop), Resize(size)])
    faces = [Image.open(io.BytesIO(encoded(image, "jpg"))) for image in IMAGES]
    expected = np.stack([np.asarray(shrink(face)).transpose(2, 0, 1) for face in faces])
    assert prepared.data.shape == (COUNT, 3, size, size) == (COUNT, *config(size=size).shape)
    np.testing.assert_array_equal(fakes.made(prepared.data, suite), expected)


def test_splits_and_labels(raw):
    prepared = celeba.prepare(config(), raw)
    assert prepared.split.tolist() == SPLIT and prepared.split.dtype == np.uint8
    assert prepared.classes == [2, 2, 3] and prepared.labels.dtype == np.int64
    np.testing.assert_array_equal(prepared.labels[:, :2], np.stack([GLASSES, MALE], axis=1))
    # The eyes' middle is 88 and their distance 38, so the borders are at 80.4 and 95.6.
    assert prepared.labels[:, 2].tolist() == [0] * 4 + [1] * 5 + [2] * 3
    assert prepared.about["factors"] == ["Eyeglasses", "Male", "yaw"]


def test_factors_may_be_left_out(raw):
    attributes = celeba.prepare(config(yaw_bins=0, yaw_thresholds=None), raw)
    assert attributes.labels.shape == (COUNT, 2) and attributes.classes == [2, 2]
    pose = celeba.prepare(config(attributes=[]), raw)
    assert pose.labels.shape == (COUNT, 1) and pose.classes == [3]


def test_lists_are_read_as_torchvision_reads_them(suite, monkeypatch):
    write(suite / "mirror/celeba", archive=False)
    write(suite / "data/raw/celeba", archive=False)
    rows = [f"{number:06d}.jpg" for number in range(1, COUNT + 1)]
    folder = suite / "mirror/celeba"
    (folder / "identity_CelebA.txt").write_text("".join(f"{row} 1\n" for row in rows))
    boxes = [f"{row} 1 2 3 4" for row in rows]
    (folder / "list_bbox_celeba.txt").write_text(
        "\n".join([str(COUNT), "image_id x_1 y_1 width height", *boxes])
    )
    monkeypatch.setattr(Torchvision, "_check_integrity", lambda self: True)
    every = [config(attributes=[name], yaw_bins=0, yaw_thresholds=None) for name in formats.celeba.ATTRIBUTES]
    raw = download([])
    for code, part in enumerate(("train", "valid", "test")):
        theirs = Torchvision(suite / "mirror", split=part, target_type="attr")
        ours = celeba.prepare(config(), raw)
        assert int((ours.split == code).sum()) == len(theirs)
        for column, block in enumerate(every):
            assert theirs.attr_names[column] == block.attributes[0]
        for name in ("Eyeglasses", "Male"):
            mine = ours.labels[ours.split == code, ours.about["factors"].index(name)]
            np.testing.assert_array_equal(mine, theirs.attr[:, theirs.attr_names.index(name)])
        np.testing.assert_array_equal(theirs.landmarks_align, LANDMARKS[ours.split == code])


def test_official_hashes_are_torchvisions():
    theirs = {name: digest for _, digest, name in Torchvision.file_list}
    assert {name: theirs[name] for name in MD5} == MD5


def test_yaw_does_not_depend_on_place_scale_and_inclination():
    """A nose at t of the eyes' distance, any way below them, has yaw t."""
    rng = np.random.default_rng(1)
    angle, scale = rng.uniform(-1, 1, 50), rng.uniform(10, 50, 50)
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1) * scale[:, None]
    below = np.stack([-along[:, 1], along[:, 0]], axis=1)
    left, turn = rng.uniform(0, 200, (50, 2)), rng.uniform(-1, 1, 50)
    nose = left + along / 2 + turn[:, None] * along + rng.uniform(0, 1, (50, 1)) * below
    np.testing.assert_allclose(celeba.yaw(np.hstack([left, left + along, nose])), turn, atol=1e-12)


def test_stages_prepare_faces_and_say_how(suite):
    write(suite / "mirror")
    changes = {
        "mirror": "mirror",
        "sources.celeba": {"kind": "celeba", "verify": False},
        "datasets.faces": {"source": "celeba", "prepare": BLOCK, "extractor": {"kind": "coordinates"}},
    }
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))
    assert main(["download", "celeba"]) == 0 and main(["prepare", "faces"]) == 0
    about = json.loads((paths.processed("faces") / "about.json").read_text())
    assert about["splits"] == {"train": 7, "validation": 2, "test": 3} and about["verified"] is False
    assert about["preprocessing"] == "central 108×108 pixels to 64, antialiased (Pillow's BILINEAR)"
    assert about["shape"] == [3, 64, 64] and about["dtype"] == "uint8" and about["classes"] == [2, 2, 3]
    loaded = datasets.load("faces")
    data, labels = loaded.part("test")
    assert data.shape == (3, 3, 64, 64) and labels.shape == (3, 3)
    prepared = celeba.prepare(config(), paths.raw("celeba"))
    np.testing.assert_array_equal(loaded.data, fakes.made(prepared.data, suite))


def test_missing_files_are_asked_for_in_one_sentence(suite):
    with pytest.raises(PipelineError, match="list_attr_celeba.txt could not be had: get it from the Google"):
        sources.download("celeba", source("celeba"), [suite])


def test_other_files_do_not_pass_as_the_official_ones(suite, capsys):
    write(suite)
    with pytest.raises(PipelineError, match="list_attr_celeba.txt is corrupt: its md5 is"):
        sources.download("celeba", source("celeba"), [suite])


def test_a_folder_with_missing_faces_is_refused(suite, monkeypatch):
    monkeypatch.setattr("pipeline.datasets.celeba.fetch_all", lambda files, *rest: [])
    write(paths.raw("celeba"), archive=False)
    with pytest.raises(PipelineError, match="img_align_celeba has 12 images instead of 202,599"):
        sources.download("celeba", source("celeba"), [])


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("list_eval_partition.txt", "000001.jpg 3\n", "is not a list of file names with 0, 1 or 2"),
        ("list_eval_partition.txt", "", "is not a list of file names with 0, 1 or 2"),
        ("list_eval_partition.txt", "000001.jpg 0\n000099.jpg 1\n", "1 faces .* such as 000099.jpg"),
        ("list_attr_celeba.txt", "1\nMale\n000001.jpg 1\n", "has no column 'Eyeglasses'"),
        ("list_attr_celeba.txt", "1\nMale Eyeglasses\n000001.jpg 1\n", "no whole row for 000001.jpg"),
        ("list_attr_celeba.txt", "1\nMale Eyeglasses\n000001.jpg 1 x\n", "is not one of CelebA's lists"),
        ("list_attr_celeba.txt", "", "is not one of CelebA's lists"),
    ],
)
def test_bad_lists_are_one_sentence(raw, file, content, sentence):
    (raw / file).write_text(content)
    with pytest.raises(PipelineError, match=sentence):
        celeba.prepare(config(), raw)


def test_eyes_at_one_point_are_one_sentence(raw):
    path = raw / "list_landmarks_align_celeba.txt"
    lines = path.read_text().splitlines()
    lines[4] = "000003.jpg 70 111 70 111 80 135 73 152 108 154"
    path.write_text("\n".join(lines))
    with pytest.raises(PipelineError, match="both eyes of 000003.jpg at one point"):
        celeba.prepare(config(), raw)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"yaw_thresholds": None}, "yaw_thresholds is"),
        ({"yaw_bins": 0}, "yaw_thresholds is"),
        ({"yaw_thresholds": [0.2, -0.2]}, "must not be more than"),
        ({"attributes": [], "yaw_bins": 0, "yaw_thresholds": None}, "at least one of attributes"),
        ({"crop": 218}, "less than or equal to 178"),
    ],
)
def test_blocks_that_cannot_be_are_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        config(**changes)
