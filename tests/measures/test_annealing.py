"""β at a snapshot, and τ."""

import math

import beta_gan_fakes as made
import pytest

from pipeline.base.errors import PipelineError
from pipeline.measures import annealing


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_beta_of_a_snapshot_is_the_one_it_was_trained_at():
    train = made.annealed().experiment.train
    found = [
        annealing.last_beta(train, step) for step in (0, 5000, 5001, 16_000, 23_000, 25_000, 25_001, 30_000)
    ]
    assert found == pytest.approx([0, 0, 0.1, 1.0, 5.0119, 7.9433, math.inf, math.inf], rel=1e-4)


def test_plain_training_is_at_infinite_beta_throughout():
    run = made.write_run("plain", values={"modes100": lambda s, t: 5.0})
    assert annealing.last_beta(run.experiment.train, 0) == math.inf


def test_gradient_evaluations_count_both_networks():
    train = made.annealed().experiment.train
    assert annealing.gradient_evaluations(train, 30_000) == 60_000
    assert annealing.gradient_evaluations(train.model_copy(update={"discriminator_steps": 5}), 100) == 600


@pytest.mark.parametrize(("beta", "text"), [(0.0, "0"), (0.1, "0.1"), (5.0119, "5.01"), (math.inf, "∞")])
def test_beta_is_written_to_three_figures(beta, text):
    assert annealing.beta_text(beta) == text


def test_stage_end_is_the_last_snapshot_trained_at_a_beta():
    run = made.annealed(snapshots=[1, 4000, 5000, 15_500, 16_000, 23_000])
    assert annealing.stage_end(run, 0.0) == 5000
    assert annealing.stage_end(run, 1.0) == 16_000
    assert annealing.stage_end(run, 5.01) == 23_000
    with pytest.raises(PipelineError, match=r"no snapshot of β = 3; it keeps 1 \(β = 0\), 4000 \(β = 0\), "):
        annealing.stage_end(run, 3.0)
