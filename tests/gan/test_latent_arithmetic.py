"""Latent arithmetic and turn vectors, on a generator and a classifier whose every answer is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from configs import ADAM, EXPERIMENT, PARAMS, changed
from metric_subjects import DIGITS
from receipts_fakes import leave_receipts

from pipeline import datasets, params
from pipeline.__main__ import main
from pipeline.base import paths, weights
from pipeline.base.errors import PipelineError
from pipeline.base.files import sha256, write_json, write_npy
from pipeline.gan import latent_arithmetic
from pipeline.gan.trainer import Trainer
from pipeline.metrics.evidence import collect
from pipeline.metrics.samples import RunSamples
from pipeline.networks.classifier import Classifier
from pipeline.params.concepts import Arithmetic, Concepts, Turn
from pipeline.params.experiment import Experiment

GLASSES = {
    "attribute": "glasses", "carrier": {"male": 1}, "receiver": {"male": 0},
    "exemplars": 3, "triplets": 20, "noise": 0.25,
}  # fmt: skip
TURN = {"factor": "yaw", "exemplars": 4, "samples": 30, "rows": 2, "points": 5, "reach": 1.0}
COLORS = {
    "source": "digits",
    "prepare": {
        "kind": "color_digits", "size": 16, "count": 60, "seed": 0,
        "splits": DIGITS["prepare"]["splits"],
    },
    "extractor": DIGITS["extractor"],
}  # fmt: skip


class Sampler:
    """Four latents; each is the brightness of one pixel."""

    seed, range = 0, (-4.0, 4.0)

    def latents(self, count: int, name: str) -> torch.Tensor:
        stream = torch.Generator().manual_seed(len(name))
        return 2 * torch.rand(count, 4, generator=stream) - 1

    def decode(self, latents: torch.Tensor) -> np.ndarray:
        return latents.view(-1, 1, 2, 2).float().numpy()


class Attributes:
    """Glasses, sex and yaw are pixels 0, 1 and 2; the last two pixels are who it is."""

    names = ("glasses", "male", "yaw")

    def probabilities(self, images: np.ndarray) -> dict[str, np.ndarray]:
        values = images.reshape(len(images), 4) / 255 * 8 - 4
        found = {}
        for place, name in enumerate(self.names):
            p = 1 / (1 + np.exp(-8 * values[:, place]))
            found[name] = np.stack([1 - p, p], axis=1)
        return found

    def identity(self, images: np.ndarray, apart_from: str) -> np.ndarray:
        return images.reshape(len(images), 4)[:, [1, 3]].astype(float)


def pool(confidence: float = 0.9, **changes: Any) -> latent_arithmetic.Pool:
    config = Concepts.model_validate({"pool": 2000, "confidence": confidence, "seed": 0, **changes})
    return latent_arithmetic.Pool.drawn(config, cast("Any", Sampler()), cast("Any", Attributes()))


def test_arithmetic_transfers_an_attribute_and_the_control_does_not() -> None:
    found = latent_arithmetic.arithmetic(Arithmetic.model_validate(GLASSES), pool())
    y, control, pixels = found["probabilities"].T
    assert found["probabilities"].shape == (20, 3)
    assert y.min() > 0.5 and y.mean() > 0.9 and control.mean() < 0.1
    # this generator is linear, so pixels do what latents do, up to rounding to bytes
    np.testing.assert_allclose(pixels, y, atol=0.1)
    assert (found["found"] > 100).all()


def test_the_pictures_are_those_of_the_first_triplet() -> None:
    found = latent_arithmetic.arithmetic(Arithmetic.model_validate(GLASSES), pool())
    assert found["exemplars"].shape == (3, 3, 1, 2, 2) and found["grid"].shape == (9, 1, 2, 2)
    means = found["exemplars"].astype(float).mean(axis=1)
    np.testing.assert_allclose(found["means"], means, atol=1.5)
    np.testing.assert_allclose(found["pixels"][:3], means, atol=1.5)
    signs = found["pixels"][:3].astype(float)
    np.testing.assert_allclose(found["pixels"][3], signs[0] - signs[1] + signs[2], atol=2)
    away = np.abs(found["grid"].astype(float) - found["grid"][4])
    assert 0 < away.max() <= 0.25 * 255 / 8 + 1


def test_exemplars_show_what_they_stand_for_and_are_apart_from_the_controls() -> None:
    drawn = pool()
    shown = [drawn.showing({"male": 1, "glasses": g}) for g in (1, 0)]
    shown.append(drawn.showing({"male": 0, "glasses": 0}))
    z = drawn.latents.numpy()
    assert z[shown[0]][:, :2].min() > 0 and z[shown[2]][:, :2].max() < 0
    rows = latent_arithmetic._triplet(shown, 3, np.random.default_rng(0))
    assert not set(rows[1]) & set(rows[3]) and set(rows[1]) | set(rows[3]) <= set(shown[1])


def test_too_few_exemplars_are_counted_and_nothing_is_made_of_them() -> None:
    drawn = pool(confidence=1.0)
    for found in (
        latent_arithmetic.arithmetic(Arithmetic.model_validate(GLASSES), drawn),
        latent_arithmetic.turn(Turn.model_validate(TURN), drawn),
    ):
        assert list(found) == ["found"] and found["found"].sum() == 0


def test_the_turn_vector_turns_and_a_random_direction_changes_who_it_is() -> None:
    found = latent_arithmetic.turn(Turn.model_validate(TURN), pool())
    turned, strayed = found["angle"]
    assert turned.shape == (30, 5) and found["images"].shape == (2, 5, 1, 2, 2)
    assert (np.diff(turned, axis=1) >= 0).all() and turned[:, -1].min() > 0.5 > -0.5 > turned[:, 0].max()
    assert np.abs(strayed[:, -1] - strayed[:, 0]).mean() < np.abs(turned[:, -1] - turned[:, 0]).mean()
    np.testing.assert_allclose(found["identity"][:, :, 2], 0, atol=1e-6)
    assert found["identity"][0].mean() < found["identity"][1].mean()


def test_cosine_distance_of_equal_orthogonal_and_vanishing_vectors() -> None:
    a, b = np.array([[1.0, 0], [1, 0], [0, 0]]), np.array([[2.0, 0], [0, 3], [1, 0]])
    assert latent_arithmetic.cosine_distance(a, b).tolist() == [0, 1, 1]


def test_identity_features_lie_outside_what_tells_the_classes_of_the_factor_apart() -> None:
    torch.manual_seed(0)
    network = Classifier((3, 16, 16), [10, 10, 10], 4, 16).eval()
    classifier = latent_arithmetic.AttributeClassifier(network, dict.fromkeys(("red", "green", "blue"), 10))
    images = np.random.default_rng(0).integers(0, 256, (5, 3, 16, 16), dtype=np.uint8)
    weight = network.heads[1].weight.detach().numpy()
    features = classifier.identity(images, "green")
    assert np.abs(features @ (weight[1:] - weight[:1]).T).max() < 1e-5
    assert np.abs(features).max() > 1e-3
    assert classifier.probabilities(images)["green"].shape == (5, 10)


def experiment(**concept: Any) -> dict[str, Any]:
    dcgan = {"kind": "dcgan", "channels": 2, "kernel": 4}
    return changed(
        EXPERIMENT,
        {
            "dataset": "colors",
            "seeds": [3],
            "train.networks": {"generator": dcgan, "discriminator": dcgan},
            "train.optimizers": {"generator": ADAM, "discriminator": ADAM},
            "train.steps": 1,
            "train.snapshots": [],
            "evaluate.metrics": [{"kind": "spread"}],
            "evaluate.headline": "std_mean",
            "sample": {
                "count": 4, "dtype": "uint8",
                "concepts": {"pool": 30, "confidence": 0.0, "seed": 0, **concept},
            },
        },
    )  # fmt: skip


def colors(**concept: Any) -> dict[str, Any]:
    """params.yaml with one experiment on colour digits."""
    content = changed(PARAMS, {"experiments.toy": experiment(**concept)})
    content["sources"]["digits"] = {"kind": "digits"}
    content["datasets"] = {"colors": COLORS}
    return content


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """An experiment whose run is trained, and whose data set has a classifier."""
    monkeypatch.chdir(tmp_path)
    expression = {**GLASSES, "attribute": "red", "carrier": {"green": 3}, "receiver": {}, "triplets": 2}
    content = colors(arithmetic=[expression], turn={**TURN, "factor": "blue", "samples": 3})
    paths.PARAMS.write_text(json.dumps(content))
    block = params.load().experiments["toy"]
    *places, about = paths.processed_files("colors")
    split = np.arange(3, dtype=np.uint8)
    arrays = np.zeros((3, 3, 16, 16), np.uint8), np.zeros((3, 3), np.int64), split
    for place, array in zip(places, arrays, strict=True):
        write_npy(place, array)
    splits = dict.fromkeys(("train", "validation", "test"), 1)
    shape = {"count": 3, "shape": [3, 16, 16], "dtype": "uint8", "sha256": sha256(places[0])}
    write_json(about, {"classes": [10, 10, 10], "splits": splits, **shape})
    trainer = Trainer(block.train, torch.zeros(30, 3, 16, 16), 3)
    state = {"snapshots": {1: trainer.snapshot()}, "diverged": None}
    weights.save(paths.checkpoint("beta_gan", "toy", 3), state)
    torch.manual_seed(0)
    network = Classifier((3, 16, 16), [10, 10, 10], 4, 8)
    paths.EXTRACTORS.mkdir(parents=True)
    torch.save(
        {"architecture": network.architecture, "state": network.state_dict()}, paths.extractor("colors")
    )
    return block


def evidence(block: Experiment) -> dict[str, np.ndarray]:
    """What the stages keep of picked latents."""
    leave_receipts(params.load(), "download", "prepare", "extractor", "train", fill=True)
    assert main(["sample", "toy"]) == 0
    drawn = RunSamples(paths.samples("beta_gan", "toy", 3))
    kept = collect(block, datasets.load("colors"), {3: drawn}, None)
    return {name: array for name, array in kept.items() if name.startswith(("arithmetic_", "turn_"))}


def test_a_trained_run_is_read_and_gives_the_same_arrays_again(trained: Experiment) -> None:
    first, again = evidence(trained), evidence(trained)
    assert {"arithmetic_red_found_seed3", "arithmetic_red_grid_seed3", "turn_angle_seed3"} <= set(first)
    assert first["turn_angle_seed3"].shape == (2, 3, 5)
    assert first["arithmetic_red_probabilities_seed3"].shape == (2, 3)
    assert set(first) == set(again)
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])


def test_only_concepts_need_the_classifier(trained: Experiment, capsys: pytest.CaptureFixture[str]) -> None:
    leave_receipts(params.load(), "download", "prepare", "train", fill=True)
    paths.extractor("colors").unlink()
    assert main(["sample", "toy"]) == 1
    assert "run `python -m pipeline extractor colors` first" in capsys.readouterr().err
    plain = changed(json.loads(paths.PARAMS.read_text()), {"experiments.toy.sample.concepts": None})
    paths.PARAMS.write_text(json.dumps(plain))
    assert main(["sample", "toy"]) == 0


def test_a_run_that_diverged_has_no_concepts(trained: Experiment) -> None:
    weights.save(paths.checkpoint("beta_gan", "toy", 3), {"snapshots": {}, "diverged": 0})
    assert evidence(trained) == {}


def test_concepts_are_classes_of_named_factors_that_a_classifier_knows() -> None:
    content = colors(turn={**TURN, "factor": "gren"})
    with pytest.raises(PipelineError, match=r"sample\.concepts: there is no 'gren'; did you mean 'green'"):
        params.check(content)
    content["datasets"] = {"colors": {**COLORS, "extractor": {"kind": "coordinates"}}}
    with pytest.raises(PipelineError, match="exemplars are picked by a classifier"):
        params.check(content)
    with pytest.raises(ValueError, match="'male' is transferred"):
        Arithmetic.model_validate({**GLASSES, "attribute": "male"})
