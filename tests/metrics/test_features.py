from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from metric_subjects import DIGITS, subject

from pipeline.base.errors import PipelineError
from pipeline.metrics import extractors, measure
from pipeline.metrics.features import of_reference, of_samples
from pipeline.networks import classifier, inception
from pipeline.networks.classifier import Classifier
from pipeline.params.metrics import Fidelity, InceptionScore


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """An untrained classifier: its features tell images apart all the same."""
    torch.manual_seed(0)
    network = Classifier((1, 8, 8), [3], width=4, features=6)
    torch.save({"architecture": network.architecture, "state": network.state_dict()}, tmp_path / "toy.pt")
    return tmp_path / "toy.pt"


def images(count: int, seed: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, channels, 8, 8)).astype(np.uint8)


class Items(torch.utils.data.Dataset):
    """What torch-fidelity wants: bare tensors."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = torch.from_numpy(pixels)

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> torch.Tensor:
        return self.pixels[index]


def test_every_measure_equals_torch_fidelity_from_end_to_end(weights: Path) -> None:
    from torch_fidelity import calculate_metrics

    fake, real = images(60, 1), images(60, 2) // 2
    made = subject(fake, real, DIGITS, weights)
    ours = measure(Fidelity(kind="fidelity", count=60, measures=["fid", "kid", "prc"]), made)
    ours |= measure(InceptionScore(kind="inception_score", groups=3, size=20), made)
    theirs = calculate_metrics(
        input1=Items(fake), input2=Items(real), feature_extractor=extractors.CLASSIFIER,
        feature_extractor_weights_path=str(weights), fid=True, kid=True, prc=True, isc=True,
        kid_subsets=1, kid_subset_size=60, isc_splits=3, samples_shuffle=False, cuda=False, cache=False,
        save_cpu_ram=True, verbose=False,
    )  # fmt: skip
    pairs = {
        "fid60": "frechet_inception_distance", "kid60": "kernel_inception_distance_mean",
        "precision60": "precision", "recall60": "recall", "is3x20": "inception_score_mean",
    }  # fmt: skip
    for name, key in pairs.items():
        assert ours[name] == pytest.approx(theirs[key], rel=1e-4, abs=1e-6), name


def test_each_image_passes_the_network_once(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    forward = classifier.Classifier.forward

    def counted(self: classifier.Classifier, batch: torch.Tensor):
        seen.append(len(batch))
        return forward(self, batch)

    monkeypatch.setattr(classifier.Classifier, "forward", counted)
    made = subject(images(40, 1), images(50, 2), DIGITS, weights)
    first = of_samples(made, 10, "m")
    both = of_samples(made, 40, "m")
    of_reference(made, 30, "m")
    of_reference(made, 20, "m")
    assert seen == [10, 30, 30]
    np.testing.assert_array_equal(first.values, both.values[:10])
    assert both.values.shape == (40, 6)
    assert both.logits is not None and both.logits.shape == (40, 3)


def test_other_samples_are_not_taken_for_the_last_ones(weights: Path) -> None:
    made = subject(images(20, 1), images(20, 2), DIGITS, weights)
    other = subject(images(20, 3), images(20, 2), DIGITS, weights)
    shared = {"cache": made.cache}
    before = of_samples(made, 20, "m").values
    after = of_samples(type(made)(**{**vars(other), **shared}), 20, "m").values
    assert not np.array_equal(before, after)


def test_float_samples_are_measured_as_the_pixels_they_stand_for(weights: Path) -> None:
    pixels = images(20, 1)
    floats = (pixels / 127.5 - 1).astype(np.float32)
    a, b = (of_samples(subject(x, pixels, DIGITS, weights), 20, "m").values for x in (pixels, floats))
    np.testing.assert_array_equal(a, b)


def test_layers_come_in_the_order_of_the_request(weights: Path) -> None:
    batch = torch.from_numpy(images(4, 1))
    there, back = (
        extractors.ClassifierExtractor(extractors.CLASSIFIER, names, str(weights)).eval()
        for names in (["features", "logits"], ["logits", "features"])
    )
    with torch.inference_mode():
        features, logits = there(batch)
        swapped = back(batch)
    assert torch.equal(swapped[0], logits) and torch.equal(swapped[1], features)


def test_images_without_a_network_are_their_own_features() -> None:
    block = DIGITS | {"extractor": {"kind": "coordinates"}}
    features = of_samples(subject(images(5, 1), block=block), 5, "m")
    assert features.values.shape == (5, 64)
    assert features.logits is None
    assert np.abs(features.values).max() <= 1


def test_damaged_or_foreign_weights_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "toy.pt"
    for read in (classifier.load, inception.Inception):
        for content in (b"", b"nonsense", b"cos\nsystem\n(S'false'\ntR."):
            bad.write_bytes(content)
            with pytest.raises(PipelineError, match="extractor toy` again"):
                read(bad)
        with pytest.raises(PipelineError, match="extractor gone` first"):
            read(tmp_path / "gone.pt")


def test_inception_sees_one_channel_as_three(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Inception itself is too slow for a test: a stand-in takes its place."""
    torch.save({}, tmp_path / "toy.pt")
    asked: list[tuple] = []

    class Stub(torch.nn.Module):
        def forward(self, batch: torch.Tensor):
            asked.append(tuple(batch.shape))
            return batch.float().flatten(1), batch.float().mean((2, 3))

    def create(name: str, layers: list[str], **_: object) -> Stub:
        asked.append((name, *layers))
        return Stub()

    monkeypatch.setattr(inception, "create_feature_extractor", create)
    network = inception.Inception(tmp_path / "toy.pt")
    features, logits = network(torch.from_numpy(images(2, 1)))
    assert asked == [("inception-v3-compat", "2048", "logits_unbiased"), (2, 3, 8, 8)]
    assert features.shape == (2, 192)
    assert torch.equal(logits[:, 0], logits[:, 2])
