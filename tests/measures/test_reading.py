"""Reading evidence by seed and by snapshot."""

import math
from dataclasses import replace

import beta_gan_fakes as made
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.measures import reading
from pipeline.params.seams import Anneal


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_metric_at_a_snapshot_is_missing_after_divergence():
    run = made.annealed(values={"modes100": lambda s, t: s + t / 1000}, diverged={1: 20_000})
    assert reading.at_step(run, "modes", 16_000) == {0: 16.0, 1: 17.0, 2: 18.0}
    late = reading.at_step(run, "modes", 25_000)
    assert (late[0], late[2]) == (25.0, 27.0)
    assert late[1] is None


def test_all_seeds_diverged_before_the_first_snapshot():
    run = made.annealed(diverged={0: 10, 1: 10, 2: 10}, seeds=(0, 1, 2))
    assert reading.at_step(run, "modes", 30_000) == dict.fromkeys((0, 1, 2))


def test_mean_and_deviation_leave_missing_values_out():
    mean, deviation = reading.mean_deviation([1.0, None, 3.0, math.nan])
    assert mean == 2.0
    assert deviation == pytest.approx(math.sqrt(2))
    assert reading.mean_deviation([4.0]) == (4.0, None)
    assert reading.mean_deviation([None]) == (None, None)
    assert reading.listed([5.0, None, 3.0], 0) == "5 – 3"


def test_a_missing_role_is_named():
    with pytest.raises(PipelineError, match=r"needs the role 'vanilla' under uses; did you mean 'vanila'\?"):
        reading.role({"vanila": made.annealed()}, "vanilla")


def test_a_part_of_another_kind_is_named():
    plain = made.write_run("plain", values={"modes100": lambda s, t: 5.0})
    assert reading.part(made.annealed(), "tempering", Anneal).stages == 20
    with pytest.raises(PipelineError, match="its tempering is 'none': use kind 'anneal'"):
        reading.part(plain, "tempering", Anneal)


def test_columns_become_a_grid_of_seeds_and_steps():
    columns = {
        "seed": np.array([0.0, 0, 4]),
        "step": np.array([10.0, 20, 10]),
        "fid": np.array([3.0, 2.0, 5.0]),
    }
    steps, values = reading.by_seed(columns, "fid")
    assert steps.tolist() == [10, 20]
    np.testing.assert_array_equal(values, [[3, 2], [5, np.nan]])
    with pytest.raises(PipelineError, match="no column 'kid'"):
        reading.by_seed(columns, "kid")


def test_a_metric_is_found_by_its_name_without_protocol():
    assert reading.column_like({"modes500": np.zeros(1), "modes_all": np.zeros(1)}, "modes") == "modes500"
    with pytest.raises(PipelineError, match="exactly one metric 'jsd"):
        reading.column_like({"jsd10": np.zeros(1), "jsd20": np.zeros(1)}, "jsd")


def test_snapshots_are_spread_from_first_to_last():
    assert reading.spaced([0, 1, 2, 3, 4, 5, 6], 3) == [0, 3, 6]
    assert reading.spaced([0, 1], 5) == [0, 1]


def test_the_headline_stands_for_metrics_of_its_kind():
    metrics = {"modes100": lambda s, t: 5.0, "modes1000": lambda s, t: 4.0, "fid100": lambda s, t: 1.0}
    run = made.annealed(values=metrics)
    evaluate = run.experiment.evaluate

    def headed(name):
        named = evaluate.model_copy(update={"headline": name})
        return replace(run, experiment=run.experiment.model_copy(update={"evaluate": named}))

    with pytest.raises(PipelineError, match="one metric 'modes<protocol>', but it holds modes100, modes1000"):
        reading.metric_like(headed("fid100"), "modes")
    assert reading.metric_like(headed("modes1000"), "modes") == "modes1000"
    assert reading.metric_like(headed("modes1000"), "fid") == "fid100"
    with pytest.raises(PipelineError, match="'recall<protocol>', but it holds none"):
        reading.metric_like(run, "recall")


def test_values_of_seeds_that_diverged_are_none():
    log = {"loss": lambda seed, step: seed + step / 1000}
    values = {"fid100": lambda seed, step: seed + 1.0}
    run = made.annealed(training=log, diverged={1: 20_000}, values=values)
    assert reading.logged_at(run, "loss", 15_000) == {0: 15.0, 1: 16.0, 2: 17.0}
    assert reading.logged_at(run, "loss") == {0: 30.0, 1: None, 2: 32.0}
    assert reading.logged_at(run, "loss", 1) == dict.fromkeys((0, 1, 2))
    assert reading.finals(run, "fid100") == {0: 1.0, 1: None, 2: 3.0}
    run.__dict__["arrays"] = {f"features_seed{seed}": np.full(2, seed) for seed in (0, 1, 2)}
    assert reading.of_arrays(run, "features", lambda a: float(a.sum())) == {0: 0.0, 1: None, 2: 4.0}
    del run.arrays["features_seed2"]
    with pytest.raises(PipelineError, match="left no array features_seed2"):
        reading.of_arrays(run, "features", len)
