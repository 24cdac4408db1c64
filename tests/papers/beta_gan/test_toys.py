"""Toys in 1-D, 2-D and 3-D, and the collapse of the plain GAN."""

import beta_gan_fakes as made
import fakes
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.papers.beta_gan import toys

LINE = fakes.mixture(1, 5, "spaced")
RING = fakes.mixture(2, 10, "ring")


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(name, dataset, modes, dim, **changes):
    return made.write_run(
        name,
        dataset=dataset,
        values={"modes100": lambda seed, step: float(modes[seed]), "quality100": lambda seed, step: 0.8},
        panel=lambda s, t: np.zeros((50, dim), np.float32),
        real=np.zeros((20, dim), np.float32),
        **changes,
    )


def test_table_over_dimensions_and_methods():
    evidence = {
        "vanilla_2d_ten": run("v2", RING, (9, 6, 6), 2),
        "annealed_1d_five": run("a1", LINE, (5, 5, 5), 1, tempering=made.ANNEAL),
        "vanilla_1d_five": run("v1", LINE, (4, 3, 5), 1, diverged={2: 900}),
        "annealed_3d_five": run("a3", made.FIVE, (5, 4, 3), 3, tempering=made.ANNEAL),
    }
    drawing = toys.low_dimensions(evidence)
    keys = [(row["dimension"], row["components"], row["method"]) for row in drawing.rows]
    assert keys == [(1, 5, "β-GAN"), (1, 5, "plain GAN"), (2, 10, "plain GAN"), (3, 5, "β-GAN")]
    assert [row["modes_mean"] for row in drawing.rows] == [5.0, 3.5, 7.0, 4.0]
    assert [row["modes_sd"] for row in drawing.rows] == [0.0, 0.7071, 1.7321, 1.0]
    assert drawing.rows[1]["modes_by_seed"] == "4 3 –"
    texts = [text.get_text() for axis in drawing.figure.axes for text in axis.texts]
    assert texts.count("not run here") == 1
    assert [axis.get_xlabel() for axis in drawing.figure.axes[:2]] == ["5 of 5 modes", ""]


def test_density_of_samples_is_normalised():
    drawing = toys.low_dimensions({"a": run("a", LINE, (5, 5, 5), 1, tempering=made.ANNEAL)})
    steps = drawing.figure.axes[0].patches[0].get_data()
    assert (steps.values * np.diff(steps.edges)).sum() == pytest.approx(1)


def test_data_that_are_no_mixture_are_refused():
    with pytest.raises(PipelineError, match="drawn as a mixture of Gaussians, but its data are 'cubes'"):
        toys.low_dimensions({"a": run("a", made.CUBES, (5, 5, 5), 3)})


def test_histogram_counts_runs_and_sets_diverged_ones_apart():
    evidence = {
        "vanilla": run("v", made.FIVE, (1, 2, 2), 3, diverged={0: 50}),
        "annealed": run("a", made.FIVE, (5, 5, 4), 3, tempering=made.ANNEAL),
    }
    drawing = toys.collapse(evidence)
    heights = [[bar.get_height() for bar in bars] for bars in drawing.figure.axes[0].containers]
    assert heights == [[0, 0, 2, 0, 0, 0, 1], [0, 0, 0, 0, 1, 2, 0]]
    assert [row["modes"] for row in drawing.rows] == [None, 2.0, 2.0, 5.0, 5.0, 4.0]


def test_class_entropy_is_drawn_for_digits():
    three = {"values": {"class_entropy100": lambda seed, step: 2.0 - 0.1 * seed}, "dataset": fakes.digits()}
    evidence = {
        "vanilla": run("v", made.FIVE, (1, 1, 2), 3),
        "annealed": run("a", made.FIVE, (5, 5, 4), 3, tempering=made.ANNEAL),
        "digits_vanilla": made.write_run("dv", **three),
        "digits_annealed": made.write_run("da", tempering=made.ANNEAL, **three),
    }
    drawing = toys.collapse(evidence)
    entropy = [row for row in drawing.rows if "class_entropy" in row]
    assert len(entropy) == 2 * 3 * 5
    assert entropy[5] == {"method": "plain GAN", "seed": 1, "step": 5000, "class_entropy": 1.9}
    mean = drawing.figure.axes[1].lines[0].get_ydata()
    np.testing.assert_allclose(mean, 1.9)
