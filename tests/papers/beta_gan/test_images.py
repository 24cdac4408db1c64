"""Figures 4 and 5: numbers beside the grids, and which snapshot stands for which β."""

import beta_gan_fakes as made
import fakes
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.papers.beta_gan import images

DIGITS = fakes.digits()


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def noise(name, std, rank, **changes):
    values = {
        "std_mean": lambda seed, step: std + 0.01 * seed,
        "rank": lambda seed, step: float(rank),
        "effective_rank": lambda seed, step: 7.4,
    }
    rng = np.random.default_rng(0)
    settings = {"panel": lambda s, t: rng.uniform(-1, 1, (20, 1, 28, 28)).astype(np.float32), "snapshots": []}
    return made.write_run(name, dataset=made.IMAGES, values=values, **{**settings, **changes})


def test_frozen_noise():
    drawing = images.frozen_noise(
        {"tanh": noise("tanh", 0.02, 9), "relu": noise("relu", 0.55, 256)}, images=16
    )
    stds = [row["std_mean"] for row in drawing.rows if "std_mean" in row]
    assert stds == [0.02, 0.03, 0.04, 0.55, 0.56, 0.57]
    heights = [row["density"] for row in drawing.rows if row["panel"].startswith("(b)") and "density" in row]
    assert sum(heights) * 3 / images.BINS == pytest.approx(1, abs=1e-3)
    lines = drawing.figure.axes[1].get_title().splitlines()
    assert lines[:3] == ["(b) ReLU generator", "per-pixel std 0.560 ± 0.010", "(uniform 0.577)"]
    assert lines[3] == "rank 256 ± 0 of 784, effective 7 ± 0"


def test_a_diverged_generator_leaves_an_empty_panel():
    runs = {"tanh": noise("tanh", 0.02, 9, diverged={0: 40}), "relu": noise("relu", 0.55, 256)}
    drawing = images.frozen_noise(runs, images=16)
    assert "diverged\nat step 40" in [text.get_text() for text in drawing.figure.axes[0].texts]


def digits(**changes):
    return made.write_run(
        "digits",
        dataset=DIGITS,
        tempering=made.ANNEAL,
        **{
            "values": {"class_entropy100": lambda seed, step: step / 20_000 + seed},
            "panel": lambda s, t: np.full((40, 1, 28, 28), t % 251, np.uint8),
            **changes,
        },
    )


def annealed(run, betas, count):
    return images.annealed_images({"annealed": run}, betas=betas, images=count, printed="mnist")


def test_four_panels_with_class_entropy():
    drawing = images.annealed_images(
        {"annealed": digits()}, betas=[0.0, 1.0, 5.01], images=36, printed="mnist"
    )
    titles = [axis.get_title() for axis in drawing.figure.axes]
    assert titles == [
        "(a) $\\beta = 0$\nclass entropy 0.25",
        "(b) $\\beta = 1$\nclass entropy 0.80",
        "(c) $\\beta = 5.01$\nclass entropy 1.15",
        "(d) $\\beta = \\infty$\nclass entropy 1.50",
    ]
    assert len(drawing.rows) == 4 * 3
    assert drawing.rows[4] == {"panel": "b", "beta": "1", "step": 16_000, "seed": 1, "class_entropy": 1.8}
    picture = drawing.figure.axes[1].images[0].get_array()
    assert picture.shape == (6 * 30 - 2, 6 * 30 - 2, 3)
    assert picture[0, 0, 0] == 16_000 % 251


def test_faces_are_measured_by_fid_where_classes_are_not():
    run = digits(values={"fid100": lambda seed, step: 100 - step / 1000})
    drawing = annealed(run, [0.0, 1.0], 36)
    assert drawing.figure.axes[2].get_title() == "(c) $\\beta = \\infty$\nFID 70.00"
    assert drawing.rows[0] == {"panel": "a", "beta": "0", "step": 5000, "seed": 0, "fid": 95.0}
    with pytest.raises(PipelineError, match="measures neither classes nor FID"):
        images.annealed_images(
            {"annealed": digits(values={"kid100": lambda s, t: 0.0})}, betas=[], images=4, printed="mnist"
        )
