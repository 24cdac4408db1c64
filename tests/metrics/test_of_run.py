"""Numbers of whole runs stand in the metrics file as the figures and claims compute them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.metrics import of_run

LOG = {"step": np.array([1.0, 5.0, 10.0]), "log_d_real": np.array([-9.0, -9.0, -0.5]),
       "log_d_fake": np.array([-1.0, np.nan, -2.0])}  # fmt: skip


def test_the_ratio_is_of_the_second_half_of_training() -> None:
    found = of_run.summary({0: LOG, 1: LOG, 2: LOG}, {}, {0: None, 1: None, 2: 7}, 10)
    assert set(found) == {"ratio_r"}
    assert found["ratio_r"]["final"]["values"] == {"0": 0.25, "1": 0.25, "2": None}
    assert found["ratio_r"]["final"]["std"] == 0.0


def test_without_probabilities_and_chains_there_is_nothing() -> None:
    arrays = {"real": np.zeros(3), "features_seed0": np.full((4, 3), 2.0)}
    assert of_run.summary({0: {"step": LOG["step"]}}, arrays, {0: None}, 10) == {}


def test_a_discriminator_that_is_sure_of_both_has_no_ratio() -> None:
    sure = {**LOG, "log_d_fake": np.zeros(3)}
    assert of_run.summary({0: sure}, {}, {0: None}, 10)["ratio_r"]["final"]["mean"] is None


def test_a_frozen_chain_never_flips_and_one_of_noise_forgets() -> None:
    rng = np.random.default_rng(0)
    frozen = np.repeat(np.sign(rng.normal(size=(500, 1, 8))), 11, axis=1)
    noise = np.sign(rng.normal(size=(500, 11, 8)))
    chances = np.eye(4)[rng.integers(4, size=(500, 11))]
    arrays = {"gibbs_states_seed0": frozen, "gibbs_states_seed1": noise,
              "gibbs_probabilities_seed0": np.repeat(chances[:, :1], 11, axis=1),
              "gibbs_probabilities_seed1": chances}  # fmt: skip
    found = of_run.summary({0: {}, 1: {}}, arrays, {0: None, 1: None}, 10)
    times = found["gibbs_autocorrelation_time"]["final"]["values"]
    flips = found["gibbs_flip_rate"]["final"]["values"]
    assert times["0"] == pytest.approx(19) and times["1"] == pytest.approx(1, abs=0.3)
    assert flips["0"] == 0 and flips["1"] == pytest.approx(0.75, abs=0.06)


def test_collapsed_features_have_no_entropy_and_one_direction() -> None:
    units = np.random.default_rng(0).uniform(-1, 1, (400, 1))
    spread = np.random.default_rng(1).uniform(-1, 1, (400, 6))
    arrays = {"features_seed0": np.ones((400, 6)) - 1e-9 * np.abs(units), "features_seed1": spread}
    found = of_run.summary({0: {}, 1: {}}, arrays, {0: None, 1: None}, 10)
    entropy = found["feature_entropy"]["final"]["values"]
    assert entropy["0"] == pytest.approx(0, abs=1e-6) and entropy["1"] > 0.6
    participation = found["feature_participation"]["final"]["values"]
    assert participation["0"] < 0.2 < 0.8 < participation["1"]
