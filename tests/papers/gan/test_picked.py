"""Figures 7 and 8 of gan from made-up evidence."""

from __future__ import annotations

from typing import Any

import fakes
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.figures import style as figure
from pipeline.measures.evidence import Evidence
from pipeline.papers.gan import faces
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment

SIDE, TRIPLETS, SAMPLES, POINTS = 16, 10, 20, 5
GLASSES = {
    "attribute": "Eyeglasses", "carrier": {"Male": 1}, "receiver": {"Male": 0},
    "exemplars": 3, "triplets": TRIPLETS, "noise": 0.25,
}  # fmt: skip
TURN = {"factor": "yaw", "exemplars": 4, "samples": SAMPLES, "rows": 3, "points": POINTS, "reach": 1.0}
FACES = {
    "source": "celeba",
    "prepare": {
        "kind": "celeba", "crop": 108, "size": SIDE, "attributes": ["Eyeglasses", "Male", "Smiling"],
        "yaw_bins": 3, "yaw_thresholds": [-0.1, 0.1],
    },
    "extractor": fakes.digits()["extractor"],
}  # fmt: skip


def run(concepts: dict[str, Any] | None = None, lost: int | None = None) -> Evidence:
    """Y has the attribute at 0.9 to the control's 0.1 and pixels' 0.5; the angle follows α, but for a random
    direction, and the identity goes twice as far along that. `lost` is a seed without exemplars."""
    block = fakes.experiment("faces")
    both = {"arithmetic": [GLASSES, {**GLASSES, "attribute": "Smiling"}], "turn": TURN}
    block["sample"]["concepts"] = {"pool": 1000, "confidence": 0.8, "seed": 7, **(concepts or both)}
    found = Evidence("faces", Experiment.model_validate(block), Dataset.model_validate(FACES))
    rng, arrays = np.random.default_rng(0), {}
    alpha = np.linspace(-1, 1, POINTS)
    for seed in fakes.SEEDS:
        for name in ("Eyeglasses", "Smiling"):
            arrays[f"arithmetic_{name}_found_seed{seed}"] = np.array([2, 40, 50])
        arrays[f"turn_found_seed{seed}"] = np.array([30, 3])
        if seed == lost:
            continue
        for name in ("Eyeglasses", "Smiling"):
            key = f"arithmetic_{name}"
            arrays |= {
                f"{key}_probabilities_seed{seed}": np.tile([0.9, 0.1, 0.5], (TRIPLETS, 1)),
                f"{key}_exemplars_seed{seed}": rng.integers(0, 200, (3, 3, 3, SIDE, SIDE), np.uint8),
                f"{key}_means_seed{seed}": rng.integers(0, 200, (3, 3, SIDE, SIDE), np.uint8),
                f"{key}_grid_seed{seed}": rng.integers(0, 200, (9, 3, SIDE, SIDE), np.uint8),
                f"{key}_pixels_seed{seed}": rng.integers(0, 200, (4, 3, SIDE, SIDE), np.uint8),
            }
        turned = np.tile(0.8 * alpha, (SAMPLES, 1))
        arrays |= {
            f"turn_angle_seed{seed}": np.stack([turned, np.zeros_like(turned)]),
            f"turn_identity_seed{seed}": np.stack([np.abs(turned) / 10, np.abs(turned) / 5]),
            f"turn_images_seed{seed}": rng.integers(0, 200, (3, POINTS, 3, SIDE, SIDE), np.uint8),
        }
    found.__dict__["arrays"] = arrays
    return found


def test_figure_7_has_a_part_for_each_expression_and_a_row_for_each_triplet(tmp_path):
    drawing = faces.fig7({"faces": run()})
    assert len(drawing.rows) == 2 * len(fakes.SEEDS) * TRIPLETS
    assert drawing.rows[0] == {
        "attribute": "Eyeglasses", "seed": 0, "triplet": 0, "G(Y)": 0.9, "control": 0.1, "pixels": 0.5,
        "pool_with": 2, "pool_without": 40, "pool_receivers": 50,
    }  # fmt: skip
    titles = [part.get_suptitle() for part in drawing.figure.subfigs]
    assert titles[0] == "(Male with Eyeglasses) − (Male) + (not Male)"
    figure.save(drawing.figure, tmp_path / "fig7.png")


def test_figure_7_shows_pictures_of_the_first_seed_that_has_some():
    shown = run(lost=0)
    drawing = faces.fig7({"faces": shown})
    lost = [row for row in drawing.rows if row["G(Y)"] is None]
    assert [(row["seed"], row["pool_with"]) for row in lost] == [(0, 2), (0, 2)]
    picture = drawing.figure.subfigs[0].axes[0].images[0].get_array()
    centre = shown.arrays["arithmetic_Eyeglasses_grid_seed1"][4].transpose(1, 2, 0)
    pitch = SIDE + 2
    assert np.array_equal(picture[pitch : pitch + SIDE, 5 * pitch : 5 * pitch + SIDE], centre)
    assert (picture[:, 3 * pitch : 3 * pitch + SIDE] == 255).all()


def test_figure_7_of_a_run_that_never_shows_the_attribute_says_so():
    seen = run()
    for name in [name for name in seen.arrays if not name.endswith("found_seed0")]:
        del seen.arrays[name]
    drawing = faces.fig7({"faces": seen})
    assert [row["pool_with"] for row in drawing.rows[:3]] == [2, "diverged", "diverged"]


def test_figure_8_follows_the_angle_and_the_identity(tmp_path):
    drawing = faces.fig8({"faces": run(lost=2)})
    assert len(drawing.rows) == 2 * 2 * POINTS
    first = drawing.rows[0]
    assert (first["direction"], first["alpha"], first["angle"]) == ("turn vector", -1.0, -0.8)
    assert {row["rank_correlation"] for row in drawing.rows} == {1.0, 0.0}
    figure.save(drawing.figure, tmp_path / "fig8.png")


def test_figure_8_without_exemplars_says_so():
    drawing = faces.fig8({"faces": run(lost=1)})
    assert drawing.rows
    seen = run()
    seen.__dict__["arrays"] = {}
    empty = faces.fig8({"faces": seen})
    assert empty.rows == []


def test_what_is_missing_is_named():
    with pytest.raises(PipelineError, match="names no expression"):
        faces.fig7({"faces": run({"turn": TURN})})
    with pytest.raises(PipelineError, match=r"concepts\.turn is not set"):
        faces.fig8({"faces": run({"arithmetic": [GLASSES]})})
    bare = run()
    object.__setattr__(bare, "experiment", Experiment.model_validate(fakes.experiment("faces")))
    with pytest.raises(PipelineError, match=r"give it sample\.concepts"):
        faces.fig8({"faces": bare})
