from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from configs import DENOISING, EXPERIMENT, PARAMS, RBM, changed
from engines import ROOT

from pipeline import params
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.estimation import calibration
from pipeline.estimation.calibration import Calibration, Speed
from pipeline.estimation.counts import Counts, count, examples, processed_bytes
from pipeline.params.experiment import Experiment
from pipeline.stages.estimate import Line, aligned, estimate, page

SHAPE = (3,)


def an_experiment(changes: dict[str, Any] | None = None) -> Experiment:
    return Experiment.model_validate(changed(EXPERIMENT, changes or {}))


def test_the_smoke_suite_is_estimated_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite, elsewhere = tmp_path / "smoke", tmp_path / "elsewhere"
    suite.mkdir()
    elsewhere.mkdir()
    shutil.copy(ROOT / "suites/smoke/params.yaml", suite)
    monkeypatch.chdir(elsewhere)
    assert main(["estimate", "--directory", str(suite), "--calibration-steps", "1"]) == 0
    said = capsys.readouterr()
    rows = {line.split()[0]: line.split()[1:] for line in said.out.splitlines() if line}
    assert rows["gan-digits"][:3] == ["1", "20", "200"]
    assert rows["mixture-annealed"][:3] == ["2", "60", "1,200"]
    assert rows["all"][:3] == ["7", "200", "3,800"]
    assert "extrapolated" in said.out and "CPU-hours" in said.out
    assert said.err == ""
    assert [path.name for path in suite.iterdir()] == ["params.yaml"]
    assert list(elsewhere.iterdir()) == []


def test_one_experiment_without_a_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["estimate", "--directory", str(ROOT / "suites/smoke"), "--calibration-steps", "0"]
    assert main([*words, "--experiment", "mixture-plain"]) == 0
    out = capsys.readouterr().out
    assert "mixture-plain" in out and "gan-digits" not in out and "hours" not in out
    assert main([*words, "--experiment", "mixture-plian"]) == 1
    assert "did you mean 'mixture-plain'?" in capsys.readouterr().err


def test_a_folder_without_a_suite_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", "--directory", str(tmp_path)]) == 1
    assert "params.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tick", "steps", "seconds"),
    [(0.5, 4, 0.125), (6.0, 1, 6.0)],
    ids=["quick", "so slow that one step must do"],
)
def test_seconds_of_a_step_by_a_clock_that_is_known(tick: float, steps: int, seconds: float) -> None:
    """Every look at the clock finds it one tick later."""
    clock = itertools.count(0.0, tick)
    made = Calibration(torch.device("cpu"), 4, lambda: next(clock))
    speed = made.speed(an_experiment().train, SHAPE)
    assert (speed.seconds, speed.steps) == (seconds, steps)


def test_equal_work_is_measured_once() -> None:
    looks = itertools.count()
    made = Calibration(torch.device("cpu"), 1, lambda: float(next(looks)))
    made.speed(an_experiment().train, SHAPE)
    for same in ({"train.steps": 5000}, {"train.optimizers.generator.lr": 0.5}, {"train.snapshots": [1]}):
        made.speed(an_experiment(same).train, SHAPE)
    assert next(looks) == 4
    for other in ({"train.batch": 8}, {"train.guidance": DENOISING}, {"train.discriminator_steps": 2}):
        before = next(looks)
        made.speed(an_experiment(other).train, SHAPE)
        assert next(looks) > before + 1


def test_hours_are_steps_times_seconds() -> None:
    counts = Counts(runs=2, steps=7200, samples=10, checkpoint_bytes=0, sample_bytes=0)
    assert Line("a", counts, Speed(0.5, 3, "3 steps")).hours == 1.0
    assert Line("a", counts, Speed(None, 0, "not measured")).hours is None
    assert (counts + counts).steps == 14400


def test_what_does_not_fit_makes_the_sum_a_lower_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    suite = params.check(PARAMS)
    monkeypatch.setattr(calibration, "free_memory", lambda device: 0)
    lines = estimate(suite, ["toy"], Calibration(torch.device("cpu"), 1))
    text = page(suite, Path(), lines, "a device", "GPU-hours")
    assert "not measured: needs 0 GiB of memory" in text
    assert "at least 0.00" in text


def test_bytes_are_those_of_a_real_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wide = {"kind": "mlp", "hidden": [200, 200], "activation": "relu"}
    judge = wide | {"features": {"width": 300, "activation": "tanh"}}
    changes = {
        "experiments.toy.train.networks.generator": wide,
        "experiments.toy.train.networks.discriminator": judge,
        "experiments.toy.train.prior": RBM | {"dim": 300},
        "experiments.toy.train.guidance": DENOISING,
        "experiments.toy.sample.count": 2000,
        "experiments.toy.evaluate.headline": "modes2000",
    }  # fmt: skip
    paths.PARAMS.write_text(json.dumps(changed(PARAMS, changes)))
    for stage in (["download", "synthetic"], ["prepare", "mixture"], ["train", "toy"], ["sample", "toy"]):
        assert main(stage) == 0
    suite = params.load()
    found = count(suite.experiments["toy"], SHAPE)
    files = [paths.checkpoint("beta_gan", "toy", seed) for seed in (0, 1)]
    assert found.checkpoint_bytes == pytest.approx(sum(file.stat().st_size for file in files), rel=0.02)
    # float32 noise hardly compresses
    drawn = [paths.samples("beta_gan", "toy", seed) for seed in (0, 1)]
    assert found.sample_bytes == pytest.approx(sum(file.stat().st_size for file in drawn), rel=0.1)
    *arrays, _ = paths.processed_files("mixture")
    number = examples("mixture", suite.datasets["mixture"], suite.sources["synthetic"], tmp_path)
    assert number == 400
    assert processed_bytes(number, SHAPE) == pytest.approx(sum(a.stat().st_size for a in arrays), abs=400)


def test_every_data_set_but_an_open_folder_has_a_known_size() -> None:
    """From its blocks alone."""
    paper = params.load(ROOT / "suites/paper/params.yaml")
    found = {
        name: examples(name, block, paper.sources[block.source], Path("nowhere"))
        for name, block in paper.datasets.items()
    }
    assert None not in found.values()
    assert found["mnist28_held"] == found["color_mnist32"] == 70_000
    assert found["celeba64"] == 202_599 and found["tfd0"] == 102_236


def test_columns_stand_under_their_heads() -> None:
    assert aligned([("name", "n"), ("a", "1,000")]) == "name      n\na     1,000"
