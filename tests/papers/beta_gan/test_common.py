"""β at a snapshot, τ, and the numbers of a run."""

import math

import beta_gan_fakes as made
import pytest

from pipeline.papers.beta_gan import common


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def annealed(**changes):
    return made.write_run(
        "annealed", tempering=made.ANNEAL, **{"values": {"modes100": lambda s, t: 5.0}, **changes}
    )


def test_beta_of_a_snapshot_is_the_one_it_was_trained_at():
    train = annealed().experiment.train
    found = [
        common.last_beta(train, step) for step in (0, 5000, 5001, 16_000, 23_000, 25_000, 25_001, 30_000)
    ]
    assert found == pytest.approx([0, 0, 0.1, 1.0, 5.0119, 7.9433, math.inf, math.inf], rel=1e-4)


def test_plain_training_is_at_infinite_beta_throughout():
    run = made.write_run("plain", values={"modes100": lambda s, t: 5.0})
    assert common.last_beta(run.experiment.train, 0) == math.inf
    assert common.method(run.experiment) == common.PLAIN


def test_gradient_evaluations_count_both_networks():
    train = annealed().experiment.train
    assert common.gradient_evaluations(train, 30_000) == 60_000
    assert common.gradient_evaluations(train.model_copy(update={"discriminator_steps": 5}), 100) == 600


@pytest.mark.parametrize(("beta", "text"), [(0.0, "0"), (0.1, "0.1"), (5.0119, "5.01"), (math.inf, "∞")])
def test_beta_is_written_to_three_figures(beta, text):
    assert common.beta_text(beta) == text


def test_summary_of_a_run():
    values = {"modes100": lambda s, t: 5.0 - s, "quality100": lambda s, t: 0.5}
    row = common.summary(annealed(values=values, diverged={2: 100}))
    assert row == {
        "method": "β-GAN",
        "seeds": 3,
        "diverged": 1,
        "modes_mean": 4.5,
        "modes_sd": 0.7071,
        "modes_by_seed": "5 4 –",
        "quality_mean": 0.5,
        "quality_sd": 0.0,
        "quality_by_seed": "0.500 0.500 –",
    }
