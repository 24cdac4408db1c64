"""Latent arithmetic and turn vectors, on a generator and a judge whose every answer is known."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from configs import ADAM, EXPERIMENT, PARAMS, changed
from metric_subjects import DIGITS

from pipeline import params, paths
from pipeline.datasets import Dataset
from pipeline.errors import PipelineError
from pipeline.gan import checkpoint
from pipeline.gan.trainer import Trainer
from pipeline.metrics import concepts
from pipeline.networks.classifier import Classifier
from pipeline.params.concepts import Arithmetic, Concepts, Turn
from pipeline.params.datasets import Dataset as Block
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


class Judge:
    """Glasses, sex and yaw are pixels 0, 1 and 2; the last two pixels are who it is."""

    names = ("glasses", "male", "yaw")

    def chances(self, images: np.ndarray) -> dict[str, np.ndarray]:
        values = images.reshape(len(images), 4) / 255 * 8 - 4
        found = {}
        for place, name in enumerate(self.names):
            p = 1 / (1 + np.exp(-8 * values[:, place]))
            found[name] = np.stack([1 - p, p], axis=1)
        return found

    def identity(self, images: np.ndarray, apart_from: str) -> np.ndarray:
        return images.reshape(len(images), 4)[:, [1, 3]].astype(float)


def pool(confidence: float = 0.9, **changes: Any) -> concepts.Pool:
    config = Concepts.model_validate({"pool": 2000, "confidence": confidence, "seed": 0, **changes})
    return concepts.Pool.drawn(config, cast("Any", Sampler()), cast("Any", Judge()))


def test_arithmetic_transfers_an_attribute_and_the_control_does_not() -> None:
    found = concepts.arithmetic(Arithmetic.model_validate(GLASSES), pool())
    y, control, pixels = found["probabilities"].T
    assert found["probabilities"].shape == (20, 3)
    assert y.min() > 0.5 and y.mean() > 0.9 and control.mean() < 0.1
    # this generator is linear, so pixels do what latents do, up to rounding to bytes
    np.testing.assert_allclose(pixels, y, atol=0.1)
    assert (found["found"] > 100).all()


def test_the_pictures_are_those_of_the_first_triplet() -> None:
    found = concepts.arithmetic(Arithmetic.model_validate(GLASSES), pool())
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
    rows = concepts._triplet(shown, 3, np.random.default_rng(0))
    assert not set(rows[1]) & set(rows[3]) and set(rows[1]) | set(rows[3]) <= set(shown[1])


def test_too_few_exemplars_are_counted_and_nothing_is_made_of_them() -> None:
    drawn = pool(confidence=1.0)
    for found in (
        concepts.arithmetic(Arithmetic.model_validate(GLASSES), drawn),
        concepts.turn(Turn.model_validate(TURN), drawn),
    ):
        assert list(found) == ["found"] and found["found"].sum() == 0


def test_the_turn_vector_turns_and_a_random_direction_changes_who_it_is() -> None:
    found = concepts.turn(Turn.model_validate(TURN), pool())
    turned, strayed = found["angle"]
    assert turned.shape == (30, 5) and found["images"].shape == (2, 5, 1, 2, 2)
    assert (np.diff(turned, axis=1) >= 0).all() and turned[:, -1].min() > 0.5 > -0.5 > turned[:, 0].max()
    assert np.abs(strayed[:, -1] - strayed[:, 0]).mean() < np.abs(turned[:, -1] - turned[:, 0]).mean()
    np.testing.assert_allclose(found["identity"][:, :, 2], 0, atol=1e-6)
    assert found["identity"][0].mean() < found["identity"][1].mean()


def test_cosine_distance_of_equal_orthogonal_and_vanishing_vectors() -> None:
    a, b = np.array([[1.0, 0], [1, 0], [0, 0]]), np.array([[2.0, 0], [0, 3], [1, 0]])
    assert concepts.cosine_distance(a, b).tolist() == [0, 1, 1]


def test_identity_features_lie_outside_what_tells_the_classes_of_the_factor_apart() -> None:
    torch.manual_seed(0)
    network = Classifier((3, 16, 16), [10, 10, 10], 4, 16).eval()
    judge = concepts.Judge(network, dict.fromkeys(("red", "green", "blue"), 10))
    images = np.random.default_rng(0).integers(0, 256, (5, 3, 16, 16), dtype=np.uint8)
    weight = network.heads[1].weight.detach().numpy()
    features = judge.identity(images, "green")
    assert np.abs(features @ (weight[1:] - weight[:1]).T).max() < 1e-5
    assert np.abs(features).max() > 1e-3
    assert judge.chances(images)["green"].shape == (5, 10)


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
            "sample": {"count": 4, "dtype": "uint8"},
            "evaluate.metrics": [],
            "evaluate.concepts": {"pool": 30, "confidence": 0.0, "seed": 0, **concept},
        },
    )  # fmt: skip


def test_a_trained_run_is_read_and_gives_the_same_arrays_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    expression = {**GLASSES, "attribute": "red", "carrier": {"green": 3}, "receiver": {}, "triplets": 2}
    turned = {**TURN, "factor": "blue", "samples": 3}
    block = Experiment.model_validate(experiment(arithmetic=[expression], turn=turned))
    data = np.zeros((3, 3, 16, 16), np.uint8)
    trainer = Trainer(block.train, torch.zeros(30, 3, 16, 16), 3)
    state = {"snapshots": {1: trainer.snapshot()}, "diverged": None}
    checkpoint.save(paths.checkpoint("beta_gan", "toy", 3), state)
    torch.manual_seed(0)
    network = Classifier((3, 16, 16), [10, 10, 10], 4, 8)
    extractor = tmp_path / "colors.pt"
    torch.save({"architecture": network.architecture, "state": network.state_dict()}, extractor)
    dataset = SimpleNamespace(data=data)
    args = ("toy", block, Block.model_validate(COLORS), cast("Dataset", dataset), extractor)
    first, again = concepts.of_runs(*args), concepts.of_runs(*args)
    assert {"arithmetic_red_found_seed3", "arithmetic_red_grid_seed3", "turn_angle_seed3"} <= set(first)
    assert first["turn_angle_seed3"].shape == (2, 3, 5)
    assert first["arithmetic_red_probabilities_seed3"].shape == (2, 3)
    assert set(first) == set(again)
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])


def test_concepts_are_classes_of_named_factors_that_a_classifier_knows() -> None:
    content = changed(PARAMS, {"experiments.toy": experiment(turn={**TURN, "factor": "gren"})})
    content["sources"]["digits"] = {"kind": "digits"}
    content["datasets"] = {"colors": COLORS}
    with pytest.raises(PipelineError, match=r"evaluate\.concepts: there is no 'gren'; did you mean 'green'"):
        params.check(content)
    content["datasets"] = {"colors": {**COLORS, "extractor": {"kind": "coordinates"}}}
    with pytest.raises(PipelineError, match="exemplars are picked by a classifier"):
        params.check(content)
    with pytest.raises(ValueError, match="'male' is transferred"):
        Arithmetic.model_validate({**GLASSES, "attribute": "male"})
