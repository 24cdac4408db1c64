from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from configs import EXPERIMENT, PARAMS, changed
from metric_subjects import DIGITS
from receipts_fakes import BEFORE_EVALUATION, leave_receipts
from ruamel.yaml import YAML

from pipeline import params
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.files import (
    exclusive,
    read_csv,
    read_json,
    sha256,
    write_csv,
    write_json,
    write_npy,
    write_npz,
)
from pipeline.datasets import Prepared
from pipeline.datasets.mixture import law
from pipeline.metrics.evidence import _mixed
from pipeline.networks.classifier import Classifier
from pipeline.params.datasets import Mixture
from pipeline.stages.prepare import describe

STEPS = (0, 6, 12)
FIVE = law(Mixture.model_validate(PARAMS["datasets"]["mixture"]["prepare"]))


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite of points: seed 0 finds two modes, then five, then three; seed 1 always four."""
    monkeypatch.chdir(tmp_path)
    configure({})
    prepared("mixture", FIVE.sample(400, np.random.default_rng(0)).astype(np.float32))
    write_json(paths.extractor("mixture"), {"kind": "coordinates", "shape": [3]})
    sampled(0, {step: around(modes) for step, modes in zip(STEPS, (2, 5, 3), strict=True)})
    sampled(1, {step: around(4) for step in STEPS})
    return tmp_path


def configure(changes: dict[str, Any], name: str = "toy") -> None:
    experiment = changed(EXPERIMENT, changes)
    content = changed(PARAMS, {f"experiments.{name}": experiment})
    content["sources"]["digits"] = {"kind": "digits"}
    content["datasets"]["digits"] = DIGITS
    law = {**PARAMS["datasets"]["mixture"]["prepare"], "dim": 1, "layout": "spaced"}
    content["datasets"]["line"] = {**PARAMS["datasets"]["mixture"], "prepare": law}
    YAML(typ="safe").dump(content, paths.PARAMS)


def prepared(name: str, data: np.ndarray) -> None:
    places = paths.processed_files(name)
    split = (np.arange(len(data)) % 3).astype(np.uint8)
    made = Prepared(data, np.zeros(len(data), np.int64), split, [10])
    for place, array in zip(places, (made.data, made.labels, made.split), strict=False):
        write_npy(place, array)
    write_json(places[3], {"kind": name, **describe(made), "sha256": sha256(places[0])})


def around(modes: int) -> np.ndarray:
    """Twenty points, spread over the first so many modes."""
    return FIVE.means[np.arange(20) % modes].astype(np.float32)


def sampled(seed: int, samples: dict[int, np.ndarray], diverged: int = -1, **arrays: np.ndarray) -> None:
    content = {"steps": np.array(list(samples), np.int64), "diverged": np.int64(diverged)}
    content |= {f"samples_{step}": array for step, array in samples.items()} | arrays
    write_npz(paths.samples("beta_gan", "toy", seed), content)
    log = [{"step": step, "loss_discriminator": 1.25, "beta": ""} for step in (3, 6)]
    write_csv(paths.training_log("beta_gan", "toy", seed), log)


def evaluate() -> int:
    """Evaluate what lies there, as if the stages before had made it."""
    leave_receipts(params.load(), *BEFORE_EVALUATION, fill=True)
    return main(["evaluate", "toy"])


def evaluated() -> dict[str, Any]:
    assert evaluate() == 0
    return read_json(paths.metrics("beta_gan", "toy"))


def hashes() -> list[str]:
    return [sha256(path) for path in paths.evidence_files("beta_gan", "toy")]


def test_metrics_over_seeds_at_the_final_and_at_the_best_snapshot(suite: Path) -> None:
    report = evaluated()
    modes = report["metrics"]["modes20"]
    assert modes["better"] == "higher"
    assert modes["final"] == {
        "mean": 3.5, "std": pytest.approx(math.sqrt(0.5)), "best": 4.0, "worst": 3.0,
        "values": {"0": 3.0, "1": 4.0},
    }  # fmt: skip
    assert modes["best"]["values"] == {"0": 5.0, "1": 4.0}
    assert modes["best"]["steps"] == {"0": 6, "1": 0}
    assert report["metrics"]["quality20"]["final"]["mean"] == 1.0
    about = ("experiment", "paper", "dataset", "seeds", "steps", "snapshots")
    assert [report[key] for key in about] == ["toy", "beta_gan", "mixture", [0, 1], 12, [0, 6, 12]]
    assert report["reference"] == {"split": "test", "count": 133}
    assert report["features"] == {"kind": "coordinates", "sha256": sha256(paths.extractor("mixture"))}
    assert (report["samples"], report["trained"], report["diverged"]) == (20, 2, {"0": None, "1": None})


def test_curves_training_and_evidence(suite: Path) -> None:
    evaluated()
    curves = read_csv(paths.curves("beta_gan", "toy"))
    assert [(row["seed"], row["step"], row["modes20"]) for row in curves] == [
        ("0", "0", "2.0"), ("0", "6", "5.0"), ("0", "12", "3.0"),
        ("1", "0", "4.0"), ("1", "6", "4.0"), ("1", "12", "4.0"),
    ]  # fmt: skip
    log = read_csv(paths.training("beta_gan", "toy"))
    assert list(log[0]) == ["seed", "step", "loss_discriminator", "beta"]
    assert [(row["seed"], row["step"]) for row in log] == [("0", "3"), ("0", "6"), ("1", "3"), ("1", "6")]
    with np.load(paths.evidence("beta_gan", "toy")) as evidence:
        assert set(evidence) == {"real"} | {f"panel_seed{s}_{step}" for s in (0, 1) for step in STEPS}
        assert evidence["real"].shape == (5, 3)
        np.testing.assert_array_equal(evidence["panel_seed0_6"], around(5)[:5])


def test_the_same_input_gives_the_same_bytes(suite: Path) -> None:
    evaluated()
    before = hashes()
    for path in paths.evidence_files("beta_gan", "toy"):
        path.unlink()
    evaluated()
    assert hashes() == before


def test_a_diverged_seed_is_null_and_listed_and_its_early_snapshots_stay_visible(suite: Path) -> None:
    sampled(1, {0: around(4)}, diverged=7)
    report = evaluated()
    assert (report["trained"], report["diverged"]) == (1, {"0": None, "1": 7})
    modes = report["metrics"]["modes20"]
    assert modes["final"]["values"] == {"0": 3.0, "1": None}
    assert (modes["final"]["mean"], modes["final"]["std"]) == (3.0, None)
    assert modes["best"]["values"] == {"0": 5.0, "1": None}
    assert modes["best"]["steps"] == {"0": 6, "1": None}
    rows = {
        row["step"]: row["modes20"] for row in read_csv(paths.curves("beta_gan", "toy")) if row["seed"] == "1"
    }
    assert rows == {"0": "4.0", "6": "", "12": ""}


def test_all_seeds_diverged_before_the_first_snapshot(suite: Path) -> None:
    for seed in (0, 1):
        sampled(seed, {}, diverged=2)
    report = evaluated()
    assert report["trained"] == 0
    assert set(report["metrics"]) == {"modes20", "quality20"}
    assert report["metrics"]["modes20"]["final"] == {
        "mean": None, "std": None, "best": None, "worst": None, "values": {"0": None, "1": None},
    }  # fmt: skip
    assert len(read_csv(paths.curves("beta_gan", "toy"))) == 6


@pytest.mark.parametrize("fill", [np.nan, np.inf, 0.25, 1e30])
def test_lost_and_constant_samples_stop_nothing(suite: Path, fill: float) -> None:
    metrics = [
        {"kind": "modes", "share": 0.01, "radius": 3.0},
        {"kind": "spread"},
        {"kind": "fidelity", "count": 20, "measures": ["fid", "kid", "prc"]},
        {"kind": "parzen", "samples": 20, "validation": 40, "sigma_range": [0.1, 1.0], "sigmas": 3},
    ]
    configure({"evaluate.metrics": metrics, "evaluate.headline": "fid20"})
    sampled(0, {step: np.full((20, 3), fill, np.float32) for step in STEPS})
    report = evaluated()
    finals = {name: measure["final"]["values"] for name, measure in report["metrics"].items()}
    assert (finals["std_mean"]["0"] is None) == (not np.isfinite(fill))
    assert finals["effective_rank"]["0"] is None
    assert all(value["1"] is not None for value in finals.values())
    assert report["metrics"]["fid20"]["best"]["steps"]["0"] == (0 if np.isfinite(fill) else None)
    json.dumps(report, allow_nan=False)


def test_only_the_last_snapshot_if_that_is_asked_for(suite: Path) -> None:
    configure({"evaluate.every_snapshot": False})
    report = evaluated()
    assert report["snapshots"] == [12]
    assert report["metrics"]["modes20"]["best"]["steps"] == {"0": 12, "1": 12}
    assert [row["step"] for row in read_csv(paths.curves("beta_gan", "toy"))] == ["12", "12"]
    with np.load(paths.evidence("beta_gan", "toy")) as evidence:
        assert "panel_seed0_6" in evidence


def test_a_headline_without_direction_takes_the_last_snapshot(suite: Path) -> None:
    configure({"evaluate.metrics": [{"kind": "spread"}], "evaluate.headline": "std_mean"})
    measure = evaluated()["metrics"]["std_mean"]
    assert measure["best"]["steps"] == {"0": 12, "1": 12}
    assert (measure["final"]["best"], measure["final"]["worst"]) == (None, None)


def test_images_keep_the_panel_of_one_seed_and_the_classes_along_paths(suite: Path) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60, 1, 8, 8)).astype(np.uint8)
    prepared("digits", images)
    torch.manual_seed(0)
    network = Classifier((1, 8, 8), [3], width=4, features=6)
    place = paths.extractor("digits")
    place.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"architecture": network.architecture, "state": network.state_dict()}, place)
    metrics = [{"kind": "fidelity", "count": 15, "measures": ["fid", "prc"]}, {"kind": "class_entropy"}]
    configure({
        "dataset": "digits", "evaluate.metrics": metrics, "evaluate.headline": "fid15",
        "sample": {"count": 20, "dtype": "uint8", "paths": {"pairs": 2, "points": 4}},
    })  # fmt: skip
    decoded = rng.integers(0, 256, (2, 4, 1, 8, 8)).astype(np.uint8)
    for seed in (0, 1):
        sampled(seed, {step: images[step : step + 20] for step in STEPS}, paths=decoded)
    report = evaluated()
    assert set(report["metrics"]) == {
        "fid15", "precision15", "recall15", "class_entropy20", "class_confidence20", "conditional_entropy20",
    }  # fmt: skip
    assert 0 < report["metrics"]["class_entropy20"]["final"]["mean"] <= math.log(3)
    with np.load(paths.evidence("beta_gan", "toy")) as evidence:
        assert {name for name in evidence if name.startswith("panel")} == {f"panel_seed0_{s}" for s in STEPS}
        np.testing.assert_array_equal(evidence["paths_seed1"], decoded)
        chances, mixed = (evidence[f"{kind}_probabilities_seed1"] for kind in ("path", "pixel"))
    assert chances.shape == mixed.shape == (2, 4, 3)
    np.testing.assert_allclose(chances.sum(axis=2), 1, rtol=1e-5)
    np.testing.assert_array_equal(mixed[:, [0, -1]], chances[:, [0, -1]])
    before = hashes()
    evaluated()
    assert hashes() == before


def test_discriminator_on_a_line_is_kept_for_figures(suite: Path) -> None:
    configure({"dataset": "line", "sample.grid": 11, "sample.grid_range": [-1.0, 1.0]})
    prepared("line", np.linspace(-1, 1, 400, dtype=np.float32)[:, None])
    write_json(paths.extractor("line"), {"kind": "coordinates", "shape": [1]})
    grid = np.linspace(-1, 1, 11)
    for seed in (0, 1):
        opinions = {f"discriminator_{step}": np.full(11, seed / 2, np.float32) for step in STEPS}
        sampled(seed, {step: around(5)[:, :1] for step in STEPS}, grid=grid, **opinions)
    evaluated()
    with np.load(paths.evidence("beta_gan", "toy")) as evidence:
        np.testing.assert_array_equal(evidence["grid"], grid)
        assert evidence["discriminator_seed1_12"].tolist() == [0.5] * 11


def test_what_d_was_shown_of_real_examples_is_kept_for_figures(suite: Path) -> None:
    for seed in (0, 1):
        shown = {f"shown_{step}": np.full((3, 3), seed + step, np.float32) for step in STEPS}
        sampled(seed, {step: around(5) for step in STEPS}, examples=around(5)[:3], **shown)
    evaluated()
    with np.load(paths.evidence("beta_gan", "toy")) as evidence:
        np.testing.assert_array_equal(evidence["examples"], around(5)[:3])
        assert evidence["shown_seed1_6"].tolist() == [[7.0] * 3] * 3


def test_no_more_of_what_d_was_shown_is_kept_than_the_panel_and_its_distances(suite: Path) -> None:
    metrics = [{"kind": "lensed_fidelity", "count": 8}]
    configure({"sample.shown": 8, "evaluate.metrics": metrics, "evaluate.headline": "fid_lensed8"})
    for seed in (0, 1):
        shown = {f"shown_{step}": around(5)[:8] + step for step in STEPS}
        sampled(seed, {step: around(5) for step in STEPS}, examples=around(5)[:8], **shown)
    report = evaluated()["metrics"]
    assert report["fid_lens8"]["final"]["mean"] == pytest.approx(3 * 12**2, rel=1e-6)
    with np.load(paths.evidence("beta_gan", "toy")) as evidence:
        assert len(evidence["examples"]) == len(evidence["shown_seed1_12"]) == 5


def test_bad_requests_get_one_sentence(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refused(sentence: str) -> None:
        assert evaluate() == 1
        assert sentence in capsys.readouterr().err
        assert not any(path.exists() for path in paths.evidence_files("beta_gan", "toy"))

    for changes, sentence in (
        ({"evaluate.headline": "mode20"}, "no metric makes 'mode20'; did you mean 'modes20'?"),
        (
            {
                "evaluate.metrics": [{"kind": "fidelity", "count": 21, "measures": ["fid"]}],
                "evaluate.headline": "fid21",
            },
            "'fidelity' takes 21, but sample.count is 20",
        ),
    ):
        configure(changes)
        assert main(["evaluate", "toy"]) == 1
        assert sentence in capsys.readouterr().err
    configure({"sample.count": 30, "evaluate.headline": "modes30"})
    refused("seed0.npz has 20 samples of step 0, but sample.count asks for 30: run `python -m pipeline")
    configure({})
    sampled(1, {0: around(4)})
    refused("seed1.npz has no samples of step 6: run `python -m pipeline sample toy` again")
    place = paths.samples("beta_gan", "toy", 1)
    place.write_bytes(place.read_bytes()[:100])
    refused("seed1.npz is truncated or damaged")
    for missing, sentence in (
        (place, "seed1.npz is missing: run `python -m pipeline sample toy` first"),
        (paths.extractor("mixture"), "run `python -m pipeline extractor mixture` first"),
    ):
        missing.unlink()
        assert main(["evaluate", "toy"]) == 1
        assert sentence in capsys.readouterr().err
        sampled(1, {step: around(4) for step in STEPS})
        leave_receipts(params.load(), *BEFORE_EVALUATION, fill=True)


def test_two_at_once_are_refused(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with exclusive(paths.LOCKS / "evaluate-toy.lock", "it"):
        assert main(["evaluate", "toy"]) == 1
    assert "already working on 'evaluate toy'" in capsys.readouterr().err


def test_mixed_pixels_go_straight_from_end_to_end() -> None:
    paths_ = np.array([[[0], [9], [100]], [[50], [7], [51]]], np.uint8)
    assert _mixed(paths_)[:, :, 0].tolist() == [[0, 50, 100], [50, 50, 51]]
    assert _mixed(paths_.astype(np.float32))[1, 1, 0] == 50.5
