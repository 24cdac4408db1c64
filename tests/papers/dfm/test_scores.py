"""Tables and figures of dfm from made-up evidence."""

from __future__ import annotations

from types import SimpleNamespace

import dfm_fakes as made
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.measures.evidence import Evidence
from pipeline.papers.dfm import scores, training
from pipeline.params.datasets import BLOCKS

STEPS = np.array([0, 10, 20])


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def values(*scores, protocol="10x20", real=4.0):
    same = {"class_confidence100": [0.5] * 3, "class_entropy100": [2.0] * 3, "fid100": [30.0] * 3}
    name = f"is{protocol}"
    of_real = {f"real_{name}": [real] * 3, f"real_{name}_deviation": [0.1] * 3}
    return {name: list(scores), f"{name}_deviation": [0.1] * 3, **of_real, **same}


def runs(guided=(3.0, 3.5, 4.0), control=(2.0, 3.0, 4.5), error=0.5, **protocol):
    grid = np.ones((3, 3))
    curves = {"denoising_error": error * grid, "feature_variance": 0.25 * grid}
    plain = {"denoising_error": grid, "feature_variance": grid}
    guided, control = (values(*scores, **protocol) for scores in (guided, control))
    return {
        "dfm": made.write_run("dfm", "guided", guided, curves, guidance=made.guided(0.03)),
        "control": made.write_run("dfm", "plain", control, plain, guidance=made.guided(0.0)),
    }


def as_printed(kind, real, extractor="inception", protocol="10x5000"):
    """The same runs on other data, with another feature network and real score."""
    prepare = SimpleNamespace(kind=kind, title=BLOCKS[kind].title, shape=(3, 32, 32))
    dataset = SimpleNamespace(title=None, prepare=prepare, extractor=SimpleNamespace(kind=extractor))
    return {
        name: Evidence(run.name, run.experiment, dataset)
        for name, run in runs(protocol=protocol, real=real).items()
    }


def table(used, printed=scores.TABLE_1):
    return scores.scores(used, tolerance=0.5, printed=printed)


def column(drawing, name):
    return {row["model"]: row[name] for row in drawing.rows}


def test_table1_keeps_reported_and_regenerated_apart():
    drawing = table(runs())
    assert len(drawing.rows) == 6
    reported, regenerated = column(drawing, "CIFAR-10 reported"), column(drawing, "regenerated")
    assert (reported[scores.DFM], regenerated[scores.DFM]) == ("7.72 ± 0.13", "3.50 ± 0.50")
    assert (reported[scores.CONTROL], regenerated[scores.CONTROL]) == ("", "3.17 ± 1.26")
    assert regenerated["Real data"] == "4.00 ± 0.10"
    assert regenerated["Improved GAN (Salimans et al.), no labels"] == "quoted"
    assert column(drawing, "comparable")[scores.DFM] == "no: other data"


@pytest.mark.parametrize(
    ("printed", "kind", "real", "reported"),
    [
        (scores.TABLE_1, "cifar10", 11.24, "7.72 ± 0.13"),
        (scores.TABLE_2, "stl10", 26.08, "8.51 ± 0.13"),
        (scores.TABLE_3, "imagenet", 25.78, "9.18 ± .13"),
    ],
)
def test_columns_are_comparable_where_real_data_score_as_printed(printed, kind, real, reported):
    drawing = table(as_printed(kind, real + 0.3), printed)
    assert column(drawing, "comparable")[scores.DFM] == "yes"
    assert next(row for row in drawing.rows if reported in row.values())["regenerated"] == "3.50 ± 0.50"
    off = table(as_printed(kind, real - 0.6), printed)
    assert column(off, "comparable")[scores.DFM].startswith("no: real data score")


def test_what_stands_between_the_columns_is_named():
    def obstacle(**changes):
        used = as_printed(**{"kind": "cifar10", "real": 11.24, **changes})["dfm"]
        metric = f"is{changes.get('protocol', '10x5000')}"
        return scores.not_comparable(used, metric, scores.TABLE_1, 0.5)

    assert obstacle() == ""
    assert obstacle(kind="stl10") == "other data"
    small = as_printed("imagenet32", 25.78)["dfm"]
    assert scores.not_comparable(small, "is10x5000", scores.TABLE_3, 0.5) == "other preprocessing"
    assert obstacle(extractor="classifier") == "another feature network"
    assert obstacle(protocol="10x20") == "other groups, 10x20"
    assert obstacle(real=None) == "real data were not scored"
    assert obstacle(real=10.5) == "real data score 10.50 where 11.24 is printed"


def test_a_diverged_seed_is_left_out_and_said_so():
    drawing = table(runs(guided=(3.0, None, 4.0)))
    assert column(drawing, "regenerated")[scores.DFM] == "3.50 ± 0.71"
    drawing = table(runs(guided=(None, None, None)))


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
    rows = scores.inline_params({}, latents=[100, 128, 256], channels=64, full=128).rows
    found = {(row["generator"], row["dim z"]): row for row in rows}
    assert found["half the channels", 100]["weights"] == "1,554,112"
    assert found["half the channels", 128]["share of Salimans et al."] == "33.9 %"
    assert found["half the channels", 256]["share of Salimans et al."] == "44.5 %"
    assert found["half the weights at each layer", 256]["share of Salimans et al."] == "67.7 %"
    assert found["Salimans et al., CIFAR-10", 100]["weights"] == "4,924,800"


def test_samples_stand_beside_real_data_and_the_controls():
    drawing = training.samples(runs(), images=9, number=2, printed="stl10")
    assert [row["images"] for row in drawing.rows] == [9, 9, 9]


def test_the_denoising_error_is_compared_as_it_is_and_by_scale():
    rows = training.denoising_error(runs()).rows
    assert len(rows) == 2 * 3 * len(STEPS)
    assert (rows[0]["denoising_error"], rows[0]["relative_to_variance"]) == ("0.5", "2")


def test_the_control_must_train_its_denoiser():
    used = runs()
    used["control"] = made.write_run("dfm", "bare", values(1, 2, 3))
    with pytest.raises(PipelineError, match="weight: 0"):
        training.denoising_error(used)
    with pytest.raises(PipelineError, match="role 'dfm' under uses"):
        table({"control": used["control"]})
