"""Numbers from logs and curves, by seed, on made-up evidence; what a diverged seed gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from claims_fakes import SEEDS, column, run

from pipeline.base.errors import PipelineError
from pipeline.measures import training
from pipeline.measures.latents import rank_correlations
from pipeline.metrics import training_ratios

STEPS = np.array([10, 20, 50, 100])
LOST: list[float | None] = [1.0, 2.0, None, 4.0, 5.0]


def test_ratio_is_that_of_the_second_half() -> None:
    real = np.where(STEPS > 50, -0.5, -9.0)
    found = training.late_ratio(run(training={"log_d_real": real, "log_d_fake": -2.0}))
    assert found == dict.fromkeys(SEEDS, 0.25)
    assert training_ratios.ratio(STEPS, 50, real, np.full(4, -2.0)) == 0.25
    assert training_ratios.ratio(STEPS, 50, real, np.full(4, np.nan)) is None


def test_a_log_without_late_rows_is_no_loss() -> None:
    training_log = {"log_d_real": -1.0, "log_d_fake": -1.0}
    early = run(training=training_log, changes={"train.steps": 1000})
    with pytest.raises(PipelineError, match="logged nothing after step 500"):
        training.late_ratio(early)
    lost = run(final={"fid100": [None] * 5}, training=training_log, changes={"train.steps": 1000})
    assert training.late_ratio(lost) == dict.fromkeys(SEEDS)


def test_the_late_part_of_a_seed_that_diverged_is_none() -> None:
    """Though it has rows there: its log ends where it diverged, in the middle of what is averaged."""
    made = run(final={"fid100": LOST}, training={"d_real": np.where(STEPS > 50, 0.8, np.nan), "d_fake": 0.5})
    assert training.lead(made, 0.75) == pytest.approx({0: 0.3, 1: 0.3, 2: None, 3: 0.3, 4: 0.3})


def test_denoising_errors_are_compared_at_one_scale() -> None:
    made = run(final={"is": LOST}, training={"denoising_error": 0.01, "feature_variance": 100.0})
    assert training.log_denoising_error(made)[0] == pytest.approx(-2)
    assert training.log_relative_denoising_error(made)[0] == pytest.approx(-4)
    assert training.log_relative_denoising_error(made)[2] is None


def test_steps_of_those_that_never_arrive_are_all_steps_or_none() -> None:
    slow = run("slow", {"fid100": [150.0] * 5}, curves={"fid100": [200.0, 200.0, 90.0, 200.0, 150.0]})
    assert training.steps_to(slow, "fid100", 100.0) == dict.fromkeys(SEEDS, 20.0)
    assert training.steps_to(slow, "fid100", 10.0) == dict.fromkeys(SEEDS, 100.0)
    assert training.first_reached(slow, "fid100", 10.0) == dict.fromkeys(SEEDS)
    lost = run("lost", {"fid100": [None] * 5}, curves={"fid100": np.nan})
    assert training.steps_to(lost, "fid100", 100.0) == dict.fromkeys(SEEDS)


def test_snapshots_before_a_step_leave_out_the_start() -> None:
    made = run(final={"fid100": LOST}, curves={"fid100": column(LOST) * np.array([1, 2, 3, 4, 5])})
    assert training.at_or_before(made, "fid100", 49) == {0: 3, 1: 6, 2: None, 3: 12, 4: 15}
    assert training.at_or_before(made, "fid100", 9) is None
    assert training.ends(made, "fid100")[0] == {0: 1, 1: 2, 2: None, 3: 4, 4: 5}
    assert training.least(made, "fid100", 10) == {0: 3, 1: 6, 2: None, 3: 12, 4: 15}
    assert training.below(made, "fid100", 4.0) == {0: True, 1: True, 2: False, 3: False, 4: False}


def test_rank_correlation_is_spearmans() -> None:
    from scipy.stats import spearmanr

    values = np.random.default_rng(0).integers(0, 4, (6, 7)).astype(float)
    values[0] = 1.0
    expected = [0.0, *(spearmanr(range(7), line).statistic for line in values[1:])]
    np.testing.assert_allclose(rank_correlations(values), expected)


def test_a_gradient_that_underflowed_has_a_logarithm() -> None:
    gone = run(training={"gradient_generator": np.array([1.0, 1.0, 1.0, 0.0])})
    assert training.log_quarter_gradient(gone, 0)[0] == 0.0
    assert training.log_quarter_gradient(gone, -1)[0] == pytest.approx(math.log2(np.finfo(np.float32).tiny))
