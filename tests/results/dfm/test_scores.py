"""Tables and figures of dfm from made-up evidence."""

from __future__ import annotations

import dfm_fakes as made
import numpy as np
import pytest

from pipeline.errors import PipelineError
from pipeline.results.dfm import scores, size, training

STEPS = np.array([0, 10, 20])


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def values(*scores):
    same = {"class_confidence100": [0.5] * 3, "class_entropy100": [2.0] * 3, "fid100": [30.0] * 3}
    real = {"real_is10x20": [4.0] * 3, "real_is10x20_deviation": [0.1] * 3, "is10x20_deviation": [0.1] * 3}
    return {"is10x20": list(scores), **real, **same}


def runs(guided=(3.0, 3.5, 4.0), control=(2.0, 3.0, 4.5), error=0.5):
    grid = np.ones((3, 3))
    curves = {"denoising_error": error * grid, "feature_variance": 0.25 * grid}
    plain = {"denoising_error": grid, "feature_variance": grid}
    return {
        "dfm": made.write_run("dfm", "guided", values(*guided), curves, guidance=made.guided(0.03)),
        "control": made.write_run("dfm", "plain", values(*control), plain, guidance=made.guided(0.0)),
    }


def test_table1_keeps_reported_and_regenerated_apart():
    drawing = scores.table1(runs())
    rows = {row["model"]: row for row in drawing.rows}
    assert len(rows) == 6
    ours = rows["Denoising feature matching"]
    assert ours["CIFAR-10 reported"] == "7.72 ± 0.13"
    assert ours["CIFAR-10 regenerated"] == "not run in this suite"
    assert ours["patches regenerated"] == "3.50 ± 0.50"
    assert rows["Real data"]["patches regenerated"] == "4.00 ± 0.10"
    assert rows["Improved GAN (Salimans et al.), no labels"]["CIFAR-10 regenerated"] == "quoted"
    assert "is 1.00, 0.50, −0.50: it is ahead in 2 of 3" in drawing.caption


def test_a_diverged_seed_is_left_out_and_said_so():
    drawing = scores.table1(runs(guided=(3.0, None, 4.0)))
    rows = {row["model"]: row for row in drawing.rows}
    assert rows["Denoising feature matching"]["patches regenerated"] == "3.50 ± 0.71"
    assert "is 1.00, −0.50: it is ahead in 1 of 2" in drawing.caption
    drawing = scores.table1(runs(guided=(None, None, None)))
    assert "cannot be compared" in drawing.caption


def test_inline_cifar_lists_every_seed():
    drawing = scores.inline_cifar(runs(control=(2.0, None, 4.5)))
    assert drawing.rows[0]["reported"] == "4.36 ± .04 (quoted)"
    assert [row["is10x20"] for row in drawing.rows[1:]] == [
        "3.00",
        "3.50",
        "4.00",
        "2.00",
        "diverged",
        "4.50",
    ]


def test_inline_params_counts_the_networks():
    rows = size.inline_params({}, latents=[100, 128, 256], channels=64, full=128).rows
    found = {(row["generator"], row["dim z"]): row for row in rows}
    assert found["half the channels", 100]["weights"] == "1,554,112"
    assert found["half the channels", 128]["share of Salimans et al."] == "33.9 %"
    assert found["half the channels", 256]["share of Salimans et al."] == "44.5 %"
    assert found["half the weights at each layer", 256]["share of Salimans et al."] == "67.7 %"
    assert found["Salimans et al., CIFAR-10", 100]["weights"] == "4,924,800"


def test_fig1_shows_real_data_and_both_models():
    drawing = training.fig1(runs(), images=9)
    assert [row["images"] for row in drawing.rows] == [9, 9, 9]


def test_the_denoising_error_is_compared_as_it_is_and_by_scale():
    drawing = training.denoising_error(runs())
    assert "The error is 0.50, 0.50, 0.50 times" in drawing.caption
    assert "Relative to the variance it is 2.00, 2.00, 2.00 times" in drawing.caption
    assert len(drawing.rows) == 2 * 3 * len(STEPS)


def test_the_control_must_train_its_denoiser():
    used = runs()
    used["control"] = made.write_run("dfm", "bare", values(1, 2, 3))
    with pytest.raises(PipelineError, match="weight: 0"):
        training.denoising_error(used)
    with pytest.raises(PipelineError, match="role 'dfm' under uses"):
        scores.table1({"control": used["control"]})
