"""The classifier as a feature network: accuracy, joint classes, repetition, refusals."""

import numpy as np
import pytest
import torch

from pipeline.base.errors import PipelineError
from pipeline.datasets import Dataset
from pipeline.networks import classifier
from pipeline.params.datasets import Classifier as Config

CONFIG = Config(kind="classifier", width=8, features=32, epochs=4, batch=32, lr=0.01, seed=0)


def stripes(count=600, factors=1, seed=0):
    """Noisy images in which each channel is bright in its upper, middle or lower third: three classes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(3, size=(count, factors))
    data = rng.integers(120, size=(count, factors, 12, 12), dtype=np.uint8)
    for example, channel in np.ndindex(count, factors):
        top = 4 * labels[example, channel]
        data[example, channel, top : top + 4] += 100
    split = np.repeat(np.array([0, 2], dtype=np.uint8), [count * 2 // 3, count - count * 2 // 3])
    return Dataset(
        "stripes", data, labels[:, 0] if factors == 1 else labels, split, {"classes": [3] * factors}
    )


def test_learns_one_factor(tmp_path):
    found = classifier.fit(CONFIG, stripes(), tmp_path / "stripes.pt")
    assert found["test_accuracy"] > 0.97 and found["test_accuracy_factors"] == [found["test_accuracy"]]
    assert found["test_count"] == 200


def test_joint_classes_are_products_of_the_factors(tmp_path):
    path, dataset = tmp_path / "stripes.pt", stripes(factors=3)
    found = classifier.fit(CONFIG, dataset, path)
    images, labels = dataset.part("test")
    joint = classifier.probabilities(path, images)
    assert joint.shape == (200, 27) and joint.dtype == np.float32
    np.testing.assert_allclose(joint.sum(axis=1), 1, rtol=1e-5)

    network = classifier.load(path)
    features, logits = network(torch.from_numpy(images))
    single = [factor.softmax(1).numpy() for factor in network.factors(features)]
    expected = np.einsum("na,nb,nc->nabc", *single).reshape(200, 27)
    np.testing.assert_allclose(joint, expected, atol=1e-5)
    assert features.shape == (200, 32) and logits.shape == (200, 27)

    right = joint.argmax(axis=1) == labels @ [9, 3, 1]
    assert found["test_accuracy"] == pytest.approx(right.mean())
    assert len(found["test_accuracy_factors"]) == 3
    assert found["test_accuracy"] <= min(found["test_accuracy_factors"])


def test_bytes_and_floats_are_the_same_images():
    network = classifier.Classifier((1, 12, 12), [3], 4, 8).eval()
    images = torch.from_numpy(stripes(20).data)
    for one, other in zip(network(images), network(images / 127.5 - 1), strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("side", [12, 28, 32])
def test_any_side_fits(side):
    features, logits = classifier.Classifier((3, side, side), [4], 4, 8)(torch.zeros(2, 3, side, side))
    assert features.shape == (2, 8) and logits.shape == (2, 4)


def test_repeats_byte_for_byte_whatever_was_drawn_before(tmp_path):
    first, again, other = (tmp_path / name for name in ("first.pt", "again.pt", "other.pt"))
    threads = torch.get_num_threads()
    classifier.fit(CONFIG, stripes(), first)
    torch.manual_seed(99)
    state = torch.get_rng_state()
    classifier.fit(CONFIG, stripes(), again)
    assert first.read_bytes() == again.read_bytes()
    assert torch.equal(torch.get_rng_state(), state) and torch.get_num_threads() == threads
    classifier.fit(CONFIG.model_copy(update={"seed": 1}), stripes(), other)
    assert first.read_bytes() != other.read_bytes()


def test_single_class_is_refused(tmp_path):
    dataset = stripes()
    dataset.about["classes"] = [1]
    with pytest.raises(PipelineError, match="single class"):
        classifier.fit(CONFIG, dataset, tmp_path / "x.pt")


def test_unlabelled_training_images_are_refused(tmp_path):
    dataset = stripes()
    dataset.labels[dataset.split == 0] = -1
    with pytest.raises(PipelineError, match="training images of .* have no labels"):
        classifier.fit(CONFIG, dataset, tmp_path / "x.pt")


def test_no_test_examples_are_refused(tmp_path):
    dataset = stripes()
    dataset.split[:] = 0
    with pytest.raises(PipelineError, match="no training or no test examples"):
        classifier.fit(CONFIG, dataset, tmp_path / "x.pt")


@pytest.mark.parametrize("damage", ["truncated", "foreign", "missing"])
def test_bad_weights_are_refused(tmp_path, damage):
    path = tmp_path / "stripes.pt"
    classifier.fit(CONFIG.model_copy(update={"epochs": 1}), stripes(90), path)
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "foreign":
        torch.save({"snapshots": {}}, path)
    else:
        path.unlink()
    with pytest.raises(PipelineError, match="run `python -m pipeline extractor stripes`"):
        classifier.load(path)
