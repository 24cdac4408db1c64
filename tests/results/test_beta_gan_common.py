"""β at a snapshot, τ, and reading numbers over seeds."""

import math

import beta_gan_fakes as made
import pytest

from pipeline.errors import PipelineError
from pipeline.results import beta_gan_common as common


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
    with pytest.raises(PipelineError, match="use kind 'anneal'"):
        common.schedule(run)


def test_gradient_evaluations_count_both_networks():
    train = annealed().experiment.train
    assert common.gradient_evaluations(train, 30_000) == 60_000
    assert common.gradient_evaluations(train.model_copy(update={"discriminator_steps": 5}), 100) == 600


@pytest.mark.parametrize(("beta", "text"), [(0.0, "0"), (0.1, "0.1"), (5.0119, "5.01"), (math.inf, "∞")])
def test_beta_is_written_to_three_figures(beta, text):
    assert common.beta_text(beta) == text


def test_metric_at_a_snapshot_is_missing_after_divergence():
    run = annealed(values={"modes100": lambda s, t: s + t / 1000}, diverged={1: 20_000})
    assert common.at_step(run, "modes", 16_000) == {0: 16.0, 1: 17.0, 2: 18.0}
    late = common.at_step(run, "modes", 25_000)
    assert (late[0], late[2]) == (25.0, 27.0)
    assert math.isnan(late[1])


def test_all_seeds_diverged_before_the_first_snapshot():
    run = annealed(diverged={0: 10, 1: 10, 2: 10}, seeds=(0, 1, 2))
    assert all(math.isnan(value) for value in common.at_step(run, "modes", 30_000).values())


def test_mean_and_deviation_leave_missing_values_out():
    mean, deviation = common.mean_deviation([1.0, None, 3.0, math.nan])
    assert mean == 2.0
    assert deviation == pytest.approx(math.sqrt(2))
    assert common.mean_deviation([4.0]) == (4.0, None)
    assert common.mean_deviation([None]) == (None, None)
    assert common.listed([5.0, None, 3.0], 0) == "5 – 3"


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


def test_a_missing_role_is_named():
    with pytest.raises(PipelineError, match=r"needs the role 'vanilla' under uses; did you mean 'vanila'\?"):
        common.role({"vanila": annealed()}, "vanilla")
