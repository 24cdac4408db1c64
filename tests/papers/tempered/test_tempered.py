"""What tempered's figures and tables read off their evidence."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tempered_fakes as made

from pipeline.base.errors import PipelineError
from pipeline.measures.evidence import Evidence
from pipeline.measures.training import first_reached
from pipeline.papers.tempered import common, fid, networks, panels
from pipeline.params.datasets import BLOCKS

MEAN = {"printed": "mnist", "mean": True, "seen": "fall"}
FALLING = [[90.0, 50.0, 20.0], [92.0, 52.0, 24.0], [94.0, 54.0, 22.0]]
HIGHER_THEN_LOWER = [[99.0, 50.0, 10.0], [99.0, 53.0, 12.0], [99.0, 56.0, 14.0]]
ONE_LOST = [[90.0, 50.0, 20.0], [92.0, 52.0, None], [94.0, 54.0, 30.0]]


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def plain(fid: Any = FALLING, **changes: Any):
    return made.write_run("plain", made.PLAIN, fid, arrays=made.pictures(shown=False), **changes)


def lens(fid: Any = HIGHER_THEN_LOWER, tempering: Any = made.LENS, **changes: Any):
    return made.write_run("lens", tempering, fid, arrays=made.pictures(shown=True), **changes)


def test_methods_are_told_by_their_configuration():
    averaged = {"reconstruction": "mean"}
    named = {
        common.PLAIN: made.PLAIN,
        common.SCHEDULED: made.LENS,
        common.AVERAGED: {**made.LENS, **averaged},
        common.FIXED: made.FIXED,
        common.FIXED_AVERAGED: {**made.FIXED, **averaged},
    }
    for name, tempering in named.items():
        run = made.write_run("run", tempering, FALLING)
        assert common.method(run) == name
        assert "$" not in common.spoken(run)


def test_lambda_at_a_snapshot_is_that_of_the_step_before_it():
    """K = 10: λ(9) = 1 − sin(81°) = 0.0123."""
    run = lens()
    assert [common.lambda_text(run, step) for step in (0, 1, 10, 11)] == ["1.00", "1.00", "0.01", "0.00"]
    with pytest.raises(PipelineError, match="its tempering is 'none'"):
        common.lambda_text(plain(), 0)


@pytest.mark.parametrize(
    ("lensed", "expected"),
    [
        ([99, 50, 10], 10),
        ([99, 60, 10], 20),
        ([80, 99, 10], 20),
        ([80, 50, 10], None),
        ([80, 50, 30], None),
        ([99, 51, 25], None),
    ],
)
def test_crossing_is_for_good_and_from_above(lensed, expected):
    """Means without a lens are 92, 52 and 22."""
    assert common.crossing(lens([lensed] * 3), plain()) == expected


def test_a_diverged_seed_leaves_the_mean_to_the_others():
    steps, mean = common.fid_mean(plain(ONE_LOST))
    assert steps.tolist() == made.STEPS
    assert mean.tolist() == [92, 52, 25]


def test_comparisons_need_one_run_without_a_lens():
    with pytest.raises(PipelineError, match="hold 1 with and 0 without"):
        fid.scheduled_weight({"lens": lens()}, **{**MEAN, "mean": False})


def test_figure_4_bottom_right_marks_the_crossing():
    drawing = fid.scheduled_weight({"plain": plain(), "lens": lens()}, **MEAN)
    assert len(drawing.rows) == 2 * 3 * 3
    row = {"method": "lens", "experiment": "lens", "seed": 1, "step": 10, "fid100": 53.0}
    assert row in drawing.rows
    vertical = [line for line in drawing.figure.axes[0].lines if len(set(line.get_xdata())) == 1]
    assert [line.get_xdata()[0] for line in vertical] == [10, 20]


def test_figure_4_bottom_left_has_fid_and_reconstruction_of_every_seed():
    drawing = fid.fixed_weight({"fixed": lens(tempering=made.FIXED)})
    errors = [row for row in drawing.rows if "reconstruction" in row]
    assert len(errors) == len(drawing.rows) - len(errors) == 9
    assert errors[5]["reconstruction"] == pytest.approx(0.1 / 21 + 0.001, abs=1e-6)
    with pytest.raises(PipelineError, match="use kind 'lens'"):
        fid.fixed_weight({"fixed": plain()})


def test_figure_5_draws_a_line_for_every_seed():
    drawing = fid.scheduled_weight({"plain": plain(ONE_LOST), "lens": lens()}, **{**MEAN, "mean": False})
    lines = [line for line in drawing.figure.axes[0].lines if len(set(line.get_xdata())) == 3]
    assert len(lines) == 6
    assert drawing.rows[5]["fid100"] is None


def test_steps_to_a_threshold_are_the_first_snapshot_that_reaches_it():
    assert first_reached(plain(ONE_LOST), "fid100", 50) == {0: 10, 1: None, 2: 20}
    rows = fid.wasserstein({"plain": plain(), "lens": lens()}, thresholds=[53.0, 11.0]).rows
    found = [row["steps_to_threshold"] for row in rows if row.get("threshold") == 11.0]
    assert found == [None, None, None, 20, None, None]


def test_best_and_final_are_given_beside_what_was_reported():
    drawing = fid.mnist_gan({"lens": lens(), "plain": plain(ONE_LOST)})
    assert [row["method"] for row in drawing.rows] == ["no lens", "lens"]
    assert [row["reported"] for row in drawing.rows] == ["42 (best)", "22"]
    assert drawing.rows[0]["best_run_last_step"] == "20.0"
    assert drawing.rows[0]["last_step_mean_sd"] == "25.0 ± 7.1"


def test_lsgan_seeds_are_flagged_by_the_threshold_and_a_diverged_one_has_failed():
    sigmoid = {"kind": "least_squares", "output": "sigmoid"}
    evidence = {"plain": plain(ONE_LOST, objective=sigmoid), "lens": lens(objective=sigmoid)}
    drawing = fid.seed_by_seed(evidence, threshold=25.0, printed="mnist")
    assert [row["trained"] for row in drawing.rows] == ["yes", "no", "no", "yes", "yes", "yes"]
    assert drawing.rows[1]["fid_last"] is None
    assert {row["output"] for row in drawing.rows} == {"sigmoid"}
    assert {row["reported"] for row in drawing.rows[3:]} == {"14–16; all train"}


def of(run: Any, kind: str, extractor: str, metric: str = "fid4096") -> Evidence:
    """The same run as if on other data, with another feature network and number of samples."""
    prepare = SimpleNamespace(kind=kind, title=BLOCKS[kind].title, shape=(3, 32, 32))
    dataset: Any = SimpleNamespace(title=None, prepare=prepare, extractor=SimpleNamespace(kind=extractor))
    found = Evidence(run.name, run.experiment, dataset)
    found.__dict__["metrics"] = {**run.metrics, "metrics": {metric: run.metrics["metrics"]["fid100"]}}
    found.__dict__["curves"] = {metric: run.curves["fid100"], **run.curves}
    del found.curves["fid100"]
    return found


def test_fid_is_held_against_the_papers_only_where_it_is_measured_alike():
    assert common.fid_note(of(lens(), "celeba", "inception"), "celeba") == (
        "FID is measured against unlensed data, on the features of Inception, over as many samples as in "
        "the paper."
    )
    small = of(lens(), "cifar10", "inception")
    assert common.fid_note(small, "cifar10").endswith("the paper's, which is over 10000 samples.")
    note = common.fid_note(lens(), "mnist")
    assert note.endswith("which is on MNIST, on Inception's features, over 4096 samples.")
    assert "the data set's own classifier" in note


def test_faces_are_named_and_stand_beside_the_papers_faces():
    sigmoid = {"kind": "least_squares", "output": "sigmoid"}
    evidence = {
        "plain": of(plain(objective=sigmoid), "celeba", "inception"),
        "lens": of(lens(objective=sigmoid), "celeba", "inception"),
    }
    drawing = fid.seed_by_seed(evidence, threshold=25.0, printed="celeba")
    assert {row["reported"] for row in drawing.rows} == {"52 (best)", "32 (best)–37 (worst)"}


def stages(evidence, steps):
    return panels.over_training(evidence, stages=steps, images=4, printed="mnist")


def test_stages_show_samples_over_lensed_examples_beside_the_data():
    drawing = panels.over_training(
        {"fixed": lens(tempering=made.FIXED)}, stages=[0, 20], images=4, printed="mnist"
    )
    axes = drawing.figure.subfigs[0].axes
    corners = [axis.images[0].get_array()[0, 0, 0] if axis.images else None for axis in axes]
    assert corners == [0, 20, None, 1, 21, 0]
    assert axes[0].images[0].get_array().shape == (34, 34, 3)
    assert axes[1].get_title() == "step 20\n$\\lambda = 1.00$"
    assert len(drawing.rows) == 2 * 3
    assert drawing.rows[4]["fid"] == 12.0
    assert drawing.rows[4]["reconstruction"] == pytest.approx(0.1 / 21 + 0.001, abs=1e-6)


def test_figure_1_has_stages_above_and_channels_below():
    drawing = panels.color_digits({"plain": plain(), "lens": lens()}, stages=[0, 10], images=4, samples=8)
    above, without, with_lens = drawing.figure.subfigs
    assert len(above.axes) == 2 * 3
    assert [axis.get_title() for axis in without.axes] == ["no lens\nFID 20.0", "red", "green", "blue"]
    assert with_lens.axes[0].get_title() == "lens\nFID 10.0"


def test_panels_name_what_is_missing():
    with pytest.raises(PipelineError, match=r"steps \[7\].*train.snapshots"):
        stages({"fixed": lens()}, [0, 7])
    bare = made.write_run("bare", made.LENS, FALLING, arrays=made.pictures(shown=False))
    with pytest.raises(PipelineError, match="give it sample.shown"):
        stages({"fixed": bare}, [0])


def test_a_diverged_run_says_so_in_its_panels():
    arrays = made.pictures(shown=True)
    del arrays["panel_seed0_20"], arrays["shown_seed0_20"]
    lost = [[90.0, 50.0, None], *FALLING[1:]]
    run = made.write_run("lost", made.LENS, lost, arrays=arrays)
    drawing = stages({"lens": run}, [0, 20])
    assert "diverged\nat step 15" in [text.get_text() for text in drawing.figure.subfigs[0].axes[1].texts]


def test_the_schedule_is_drawn_with_what_was_logged():
    drawing = networks.schedule({"lens": lens()})
    line, dots = drawing.figure.axes[0].lines[:2]
    assert line.get_ydata()[[0, 10, 20]].tolist() == [1, 0, 0]
    assert dots.get_xdata().tolist() == [-1, 9, 19]
    assert drawing.rows[5]["lambda"] == pytest.approx(1 - np.sin(np.pi / 4), abs=1e-6)


def test_the_schedule_of_a_long_run_is_drawn_up_to_twice_k_in_few_points():
    run = lens()
    experiment = run.experiment.model_copy(
        update={"train": run.experiment.train.model_copy(update={"steps": 1_000_000})}
    )
    rows = networks.schedule({"lens": replace(run, experiment=experiment)}).rows
    assert len(rows) == 21 and rows[-1]["t"] == 20


def test_the_schematic_names_every_network_and_loss():
    texts = [text.get_text() for text in networks.schematic({}).figure.axes[0].texts]
    assert {"$Z$", "$X$", "generator $G$", "lens $L$", "discriminator $D$", "$L(X)$", "$G(Z)$"} <= set(texts)


SIZES: dict[str, Any] = {
    "shape": [3, 32, 32], "latent": 100, "channels": 32, "kernel": 4,
    "lens_width": 64, "lens_blocks": 8, "lens_kernel": 3,
}  # fmt: skip


def test_layer_tables_are_those_of_figure_3_with_their_parameters():
    """Counted by hand: weights and biases of every layer, scale and shift of its batch norm."""
    rows = networks.architectures({}, **SIZES).rows
    outputs = {name: [row["output"] for row in rows if row["network"] == name] for name in
               ("generator", "discriminator", "lens")}  # fmt: skip
    assert outputs["generator"] == ["4C×4×4", "2C×8×8", "C×16×16", "3×32×32"]
    assert outputs["discriminator"] == ["C×16×16", "2C×8×8", "4C×4×4", "1"]
    assert outputs["lens"] == ["W×32×32", "W×32×32", "3×32×32"]
    counts = [row["parameters"] for row in rows]
    assert counts[:4] == [101 * 2048 + 256, 16 * 128 * 64 + 64 + 128, 16 * 64 * 32 + 32 + 64, 16 * 32 * 3 + 3]
    assert counts[4:8] == [16 * 3 * 32 + 32, 16 * 32 * 64 + 64 + 128, 16 * 64 * 128 + 128 + 256, 2049]
    assert counts[8:] == [27 * 64 + 64, 16 * (9 * 64 * 64 + 64), 9 * 64 * 3 + 3]
    assert [row["then"] for row in rows[:5]] == ["BN, ReLU", "BN, ReLU", "BN, ReLU", "tanh", "leaky ReLU"]


def test_the_sizes_of_the_runs_are_told():
    dcgan = {"kind": "dcgan", "channels": 2, "kernel": 4}
    run = lens(networks={"generator": dcgan, "discriminator": dcgan})
    sentence = networks.run_size(run)
    assert sentence.startswith("In experiment `lens`, C = 2 at 3×16×16: G ")
    assert f"L {27 * 6 + 6 + 4 * (9 * 36 + 6) + 9 * 18 + 3:,} (2 blocks of width 6)" in sentence
