from __future__ import annotations

import numpy as np
import pytest
from configs import MLP, RBM
from metric_subjects import subject

from pipeline.metrics import measure
from pipeline.params.metrics import RBMLikelihood

BLOCK = {
    "kind": "rbm_likelihood", "hidden": [4, 2], "gibbs": [1], "lr": [0.05], "momentum": [0.5],
    "epochs": [20, 1], "batch": 20, "init_std": 0.01, "chains": 50, "temperatures": 100,
}  # fmt: skip
CONFIG = RBMLikelihood.model_validate(BLOCK)


def correlated(count: int) -> np.ndarray:
    """Features (count, 4) near ±1, of which the first three agree."""
    stream = np.random.default_rng(0)
    first = np.where(stream.random((count, 1)) < 0.5, 0.98, -0.98)
    other = np.where(stream.random((count, 1)) < 0.3, 0.98, -0.98)
    return np.concatenate([first, first, first, other], axis=1).astype(np.float32)


def measured(arrays: dict[str, np.ndarray], **changes: object) -> dict[str, float]:
    discriminator = {**MLP, "features": {"width": 4, "activation": "tanh"}}
    networks = {"generator": MLP, "discriminator": discriminator}
    one = subject(
        np.zeros((20, 3), np.float32),
        arrays=arrays,
        train__networks=networks,
        train__prior={**RBM, "dim": 4},
        **{"sample__features": {"train": 10, "test": 5}, **changes},
    )
    return measure(CONFIG, one)


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    weights = {
        "prior.rbm.weight": np.zeros((4, 2), np.float32),
        "prior.rbm.visible_bias": np.zeros(4, np.float32),
        "prior.rbm.hidden_bias": np.zeros(2, np.float32),
    }
    return measured({"features_train": correlated(600), "features_test": correlated(300), **weights})


def names() -> dict[str, str]:
    """Those of RBMs over the four features."""
    return CONFIG.names(subject(np.zeros((20, 3), np.float32)).scope._replace(latent=4))


def test_grid_moves_one_parameter_at_a_time() -> None:
    assert [point.label for point in CONFIG.grid] == [
        "h4_k1_lr0.05_m0.5_e20", "h2_k1_lr0.05_m0.5_e20", "h4_k1_lr0.05_m0.5_e1",
    ]  # fmt: skip


def test_a_trained_rbm_beats_independent_units_on_correlated_features(found: dict[str, float]) -> None:
    assert set(found) == set(names())
    assert found["loglik_uniform"] == pytest.approx(-4 * np.log(2))
    assert found["loglik_bernoulli"] > found["loglik_uniform"]
    assert found["loglik_h4_k1_lr0.05_m0.5_e20"] > found["loglik_bernoulli"] + 0.5
    assert found["loglik_h4_k1_lr0.05_m0.5_e1"] < found["loglik_h4_k1_lr0.05_m0.5_e20"]


def test_the_memory_without_weights_is_the_uniform_law(found: dict[str, float]) -> None:
    assert found["loglik_memory"] == pytest.approx(
        found["loglik_uniform"], abs=4 * found["loglik_memory_error"]
    )


def test_sampled_and_enumerated_likelihoods_agree(found: dict[str, float]) -> None:
    name = "loglik_h4_k1_lr0.05_m0.5_e20"
    assert found[name] == pytest.approx(found[f"{name}_exact"], abs=4 * found[f"{name}_error"])


def test_snapshots_without_features_have_names_and_no_values() -> None:
    values = measured({})
    assert set(values) == set(names()) and all(np.isnan(value) for value in values.values())


def test_the_grid_needs_an_rbm() -> None:
    with pytest.raises(ValueError, match="needs train.prior of kind 'rbm', not 'uniform'"):
        subject(np.zeros((2, 3), np.float32), evaluate__metrics=[BLOCK])
