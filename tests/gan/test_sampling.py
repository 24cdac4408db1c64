from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from configs import ANNEAL, EXPERIMENT, LENS, MLP, RBM, changed

from pipeline.base.errors import PipelineError
from pipeline.datasets import Dataset
from pipeline.gan.sampling import Sampler, arrays
from pipeline.gan.trainer import Trainer
from pipeline.params.experiment import Experiment

CPU = torch.device("cpu")


def toy(count: int = 30) -> Dataset:
    data = np.random.default_rng(0).uniform(-1, 1, (count, 3)).astype(np.float32)
    split = (np.arange(count) % 3).astype(np.uint8)
    return Dataset("toy", data, np.zeros(count, np.int64), split, {"classes": [1]})


TOY = toy()
POINTS = TOY.part("test")[0]


def experiment(changes: dict[str, Any]) -> Experiment:
    return Experiment.model_validate(changed(EXPERIMENT, changes))


def state(block: Experiment, data: torch.Tensor, steps: tuple[int, ...] = (0, 3)) -> dict[str, Any]:
    trainer, snapshots = Trainer(block.train, data, 0), {}
    for step in range(max(steps) + 1):
        if step in steps:
            snapshots[step] = trainer.snapshot()
        trainer.step()
    return {"snapshots": snapshots, "diverged": None}


def test_every_snapshot_is_sampled_with_the_same_latents() -> None:
    block = experiment({})
    points = torch.rand(50, 3)
    kept = state(block, points)
    kept["snapshots"][3]["generator"] = kept["snapshots"][0]["generator"]
    first = arrays(Sampler(block, (3,), 0, CPU), kept, TOY)
    assert first["steps"].tolist() == [0, 3]
    assert first["diverged"] == -1
    assert first["samples_0"].shape == (20, 3) and first["samples_0"].dtype == np.float32
    assert np.array_equal(first["samples_0"], first["samples_3"])
    again, other = (arrays(Sampler(block, (3,), seed, CPU), kept, TOY) for seed in (0, 1))
    assert np.array_equal(first["samples_0"], again["samples_0"])
    assert not np.array_equal(first["samples_0"], other["samples_0"])


def test_paths_are_straight_and_meet_their_ends() -> None:
    """An affine generator shows the latents themselves."""
    affine = {"kind": "affine", "shift": 0.0, "scale": 1.0}
    block = experiment({"train.networks.generator": affine, "sample.paths": None})
    sampler = Sampler(block, (3,), 0, CPU)
    lines = sampler.paths(pairs=4, points=5)
    assert lines.shape == (4, 5, 3)
    np.testing.assert_allclose(lines[:, 2], (lines[:, 0] + lines[:, 4]) / 2, atol=1e-6)
    np.testing.assert_allclose(lines[:, 1], 0.75 * lines[:, 0] + 0.25 * lines[:, 4], atol=1e-6)
    assert np.abs(lines[:, 0] - lines[:, 4]).min() > 0


def test_the_discriminator_is_read_on_a_grid() -> None:
    changes = {"sample.grid": 7, "sample.grid_range": [-1.0, 1.0], "train.prior.dim": 1}
    block = experiment(changes)
    kept = state(block, torch.rand(50, 1), steps=(2,))
    made = arrays(Sampler(block, (1,), 0, CPU), kept, TOY)
    np.testing.assert_allclose(made["grid"], np.linspace(-1, 1, 7))
    trainer = Trainer(block.train, torch.rand(50, 1), 0)
    trainer.discriminator.network.load_state_dict(kept["snapshots"][2]["discriminator"])
    expected = trainer.discriminator.network(torch.linspace(-1, 1, 7)[:, None]).score.sigmoid()
    np.testing.assert_allclose(made["discriminator_2"], expected.detach().numpy(), atol=1e-6)


def test_a_diverged_run_keeps_what_it_had() -> None:
    block = experiment({})
    kept = {**state(block, torch.rand(50, 3), steps=(0,)), "diverged": 5}
    made = arrays(Sampler(block, (3,), 0, CPU), kept, TOY)
    assert made["diverged"] == 5
    assert "samples_0" in made and "samples_3" not in made


def test_what_d_is_shown_of_real_examples_is_kept_of_every_snapshot() -> None:
    block = experiment({"sample.shown": 4, "train.tempering": LENS})
    kept = state(block, torch.rand(50, 3))
    made = arrays(Sampler(block, (3,), 0, CPU), kept, TOY)
    assert np.array_equal(made["examples"], POINTS[:4])
    trainer = Trainer(block.train, torch.rand(50, 3), 0)
    for step in (0, 3):
        trainer.tempering.load_state_dict(kept["snapshots"][step]["tempering"])
        lensed = trainer.tempering.temper(torch.from_numpy(POINTS[:4]), None)
        np.testing.assert_allclose(made[f"shown_{step}"], lensed.numpy(), atol=1e-6)
    assert np.abs(made["shown_0"] - made["shown_3"]).max() > 1e-4


def test_shown_images_are_bytes_and_untempered_ones_are_themselves() -> None:
    images = np.arange(192, dtype=np.uint8).reshape(3, 1, 8, 8)
    block = experiment({"sample": {"count": 4, "dtype": "uint8", "shown": 3}})
    assert np.array_equal(Sampler(block, (1, 8, 8), 0, CPU).tempered(images, 0), images)


def test_shown_data_are_as_hot_as_the_schedule_says() -> None:
    """At β = 0 all that is left is the uniform law; at β = ∞ the data are raw."""
    block = experiment({"train.tempering": ANNEAL})
    sampler = Sampler(block, (3,), 0, CPU)
    uniform = sampler.tempered(POINTS, 0)
    assert np.array_equal(uniform, sampler.tempered(1 - POINTS, 0))
    assert not np.array_equal(uniform, POINTS)
    assert np.array_equal(sampler.tempered(POINTS, 12), POINTS)


def associative(**sample: Any) -> Experiment:
    discriminator = {**MLP, "features": {"width": 3, "activation": "tanh"}}
    changes = {"train.networks": {"generator": MLP, "discriminator": discriminator}, "train.prior": RBM}
    return experiment({**changes, **{f"sample.{name}": value for name, value in sample.items()}})


def test_chains_start_at_the_features_of_test_examples_and_are_decoded() -> None:
    block, dataset = associative(gibbs={"chains": 6, "steps": 4}), toy()
    kept = state(block, torch.from_numpy(dataset.data))
    sampler = Sampler(block, (3,), 0, CPU)
    made = arrays(sampler, kept, dataset)
    test = dataset.part("test")[0][:6]
    assert np.array_equal(made["gibbs_real"], test)
    assert made["gibbs_states"].shape == (6, 5, 3) and made["gibbs"].shape == (6, 4, 3)
    np.testing.assert_allclose(made["gibbs_states"][:, 0], sampler.features(test))
    latents = torch.from_numpy(made["gibbs_states"][:, 2])
    with torch.no_grad():
        np.testing.assert_allclose(made["gibbs"][:, 1], sampler.model.generator(latents), atol=1e-6)


def test_features_are_those_of_the_last_discriminator_with_the_priors_weights() -> None:
    block, dataset = associative(features={"train": 7, "test": 5}), toy()
    kept = state(block, torch.from_numpy(dataset.data))
    made = arrays(Sampler(block, (3,), 0, CPU), kept, dataset)
    trainer = Trainer(block.train, torch.from_numpy(dataset.data), 0)
    trainer.discriminator.network.load_state_dict(kept["snapshots"][3]["discriminator"])
    for split, count in (("train", 7), ("test", 5)):
        images = torch.from_numpy(dataset.part(split)[0][:count])
        expected = trainer.discriminator.network(images).features.detach()
        np.testing.assert_allclose(made[f"features_{split}"], expected, atol=1e-6)
    weight = kept["snapshots"][3]["prior"]["rbm.weight"].numpy()
    assert np.array_equal(made["prior.rbm.weight"], weight)


def test_uint8_images_are_judged_in_the_range_of_training() -> None:
    block = associative(features={"train": 1, "test": 1})
    sampler = Sampler(block, (1, 2, 2), 0, CPU)
    pixels = np.arange(4, dtype=np.uint8).reshape(1, 1, 2, 2) * 85
    scaled = (pixels / 127.5 - 1).astype(np.float32)
    np.testing.assert_allclose(sampler.features(pixels), sampler.features(scaled), atol=1e-6)


def test_inputs_of_independent_signs_are_decoded_for_the_last_snapshot() -> None:
    """An affine generator shows its inputs."""
    discriminator = {**MLP, "features": {"width": 3, "activation": "tanh"}}
    affine = {"kind": "affine", "shift": 0.0, "scale": 1.0}
    block = experiment({
        "train.networks": {"generator": affine, "discriminator": discriminator}, "train.prior": RBM,
        "train.generator_steps": 0, "sample.signs": 2000,
    })  # fmt: skip
    made = arrays(Sampler(block, (3,), 0, CPU), state(block, torch.rand(50, 3)), TOY)["signs"]
    assert set(np.unique(made)) == {-1.0, 1.0}
    np.testing.assert_allclose(np.cov(made.T), np.eye(3), atol=0.1)
    assert abs(made.mean()) < 0.05


def test_more_real_examples_than_there_are_is_said() -> None:
    block, dataset = associative(gibbs={"chains": 11, "steps": 1}), toy()
    kept = state(block, torch.from_numpy(dataset.data))
    with pytest.raises(PipelineError, match=r"sample\.gibbs\.chains asks for 11 examples, but .* has 10"):
        arrays(Sampler(block, (3,), 0, CPU), kept, dataset)
