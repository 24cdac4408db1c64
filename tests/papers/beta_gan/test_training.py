"""Figures 2 and 3: which seed is drawn, what the rows say, how the gap is measured."""

import beta_gan_fakes as made
import fakes
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.papers.beta_gan import training

POINTS = np.zeros((4, 3), np.float32)
MODES = {0: 3.0, 1: 4.0, 2: 4.0, 3: 2.0}


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(**changes):
    values = {
        "modes100": lambda seed, step: MODES[seed] if step == made.STEPS else 1.0,
        "quality100": lambda seed, step: 0.1 * seed,
    }
    settings = {"values": values, "panel": lambda s, t: POINTS, "real": POINTS, "seeds": (0, 1, 2, 3)}
    return made.write_run("run", **{**settings, **changes})


def test_choice_of_the_seed_to_draw():
    assert training.chosen_seed(run(), "best") == 2
    assert training.chosen_seed(run(), "worst") == 3
    assert training.chosen_seed(run(), "first") == 0
    assert training.chosen_seed(run(diverged={2: 9000}), "best") == 1
    assert training.chosen_seed(run(diverged={1: 9000}), "worst") == 1


def test_rows_hold_every_seed_at_every_snapshot_shown():
    drawing = training.over_training(
        {"annealed": run(tempering=made.ANNEAL)}, steps=[5000, 16_000, 30_000], choice="best"
    )
    assert len(drawing.rows) == 3 * 4
    assert drawing.rows[4] == {
        "step": 16_000, "tau": 32_000, "beta": "1", "seed": 0, "drawn": "no", "modes": 1.0, "quality": 0.0,
    }  # fmt: skip
    assert [row["beta"] for row in drawing.rows[::4]] == ["0", "1", "∞"]
    assert [row["modes"] for row in drawing.rows[-4:]] == [3.0, 4.0, 4.0, 2.0]
    assert {row["seed"] for row in drawing.rows if row["drawn"] == "yes"} == {2}


def test_titles_and_numbers_of_the_panels():
    drawing = training.over_training(
        {"annealed": run(tempering=made.ANNEAL)}, steps=[16_000, 30_000], choice="best"
    )
    texts = [text.get_text() for text in drawing.figure.texts]
    assert texts[0] == "$\\tau = 32{,}000$\n$\\beta = 1$"
    assert texts[2] == "$\\tau = 60{,}000$\n$\\beta = \\infty$"
    assert texts[3] == "4 of 5 modes\nnear the data 0.20\nall seeds: 3 4 4 2"


def test_plain_gan_shows_no_beta():
    drawing = training.over_training({"vanilla": run()}, steps=[30_000], choice="best")
    assert "beta" not in drawing.figure.texts[0].get_text()


def test_cubes_are_measured_by_coverage_and_a_diverged_seed_is_said_so():
    cubes = run(
        dataset=made.CUBES,
        tempering=made.ANNEAL,
        values={"coverage100": lambda s, t: 0.9 + 0.01 * s, "quality100": lambda s, t: 0.5},
        diverged={0: 24_000},
    )
    drawing = training.over_training({"cubes": cubes}, steps=[23_000, 30_000], choice="first")
    assert drawing.rows[4]["coverage"] is None
    assert drawing.rows[5]["coverage"] == 0.91
    assert "all seeds: 0.91 to 0.93" in drawing.figure.texts[3].get_text()
    assert "diverged\nat step 24,000" in [text.get_text() for text in drawing.figure.axes[1].texts]


def test_points_outside_the_panels_are_left_out():
    points = np.array([[0, 0, 0], [1.1, -1.1, 0], [0, 1.2, 0]])
    assert len(training._inside(points)) == 2


def test_bad_settings():
    with pytest.raises(PipelineError, match="did you mean 'best'"):
        training.over_training({"vanilla": run()}, steps=[30_000], choice="bset")
    with pytest.raises(PipelineError, match=r"steps \[17\], at which experiment 'run' keeps no snapshot"):
        training.over_training({"vanilla": run()}, steps=[17, 30_000], choice="best")


def with_outputs(name, gap, **changes):
    outputs = {
        "d_real": lambda seed, step: 0.5 + (gap + 0.01 * seed if step > 22_500 else 0.3),
        "d_fake": lambda seed, step: 0.5,
    }
    return made.write_run(name, values={"modes100": lambda s, t: 5.0}, training=outputs, **changes)


def test_training_curves():
    ten = fakes.mixture(3, 10, "sphere")
    evidence = {
        "annealed_five": with_outputs("a5", 0.0, tempering=made.ANNEAL),
        "annealed_ten": with_outputs("a10", 0.1, tempering=made.ANNEAL, dataset=ten),
        "vanilla_five": with_outputs("v5", 0.2),
        "vanilla_ten": with_outputs("v10", 0.3, dataset=ten, diverged={0: 90, 1: 90, 2: 90}),
    }
    drawing = training.training_curves(evidence)
    gaps = [row["gap_last_quarter"] for row in drawing.rows if "gap_last_quarter" in row]
    assert gaps == [0.0, 0.01, 0.02, 0.1, 0.11, 0.12, 0.2, 0.21, 0.22, None, None, None]
    curve = [row for row in drawing.rows if row["panel"].startswith("(b)") and "step" in row]
    assert len(curve) == 100
    assert curve[-1] == {
        "panel": "(b) β-GAN, ten components", "step": 30_000, "beta": "∞",
        "d_real_mean": 0.61, "d_real_sd": 0.01, "d_fake_mean": 0.5, "d_fake_sd": 0.0,
    }  # fmt: skip
    first = drawing.figure.axes[0]
    upright = [line.get_xdata()[0] for line in first.lines if list(line.get_ydata()) == [0, 1]]
    assert upright == [5000 + 1000 * k for k in range(21)]
