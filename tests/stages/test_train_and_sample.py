from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from configs import PARAMS, changed
from ruamel.yaml import YAML

from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.files import exclusive, sha256


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write({})
    assert main(["download", "synthetic"]) == 0
    assert main(["prepare", "mixture"]) == 0
    return tmp_path


def write(changes: dict) -> None:
    YAML(typ="safe").dump(changed(PARAMS, changes), paths.PARAMS)


def test_all_seeds_at_once_equal_each_seed_alone(suite: Path) -> None:
    places = [paths.checkpoint("beta_gan", "toy", seed) for seed in (0, 1)]
    assert main(["train", "toy"]) == 0
    together = [sha256(place) for place in places]
    assert main(["train", "toy", "--seed", "1"]) == 0
    assert main(["train", "toy", "--seed", "0"]) == 0
    assert [sha256(place) for place in places] == together
    assert together[0] != together[1]


def test_sampling_is_repeatable(suite: Path) -> None:
    assert main(["train", "toy"]) == 0
    place = paths.samples("beta_gan", "toy", 1)
    assert main(["sample", "toy"]) == 0
    first = sha256(place)
    assert main(["sample", "toy"]) == 0
    assert sha256(place) == first
    with np.load(place) as made:
        assert made["steps"].tolist() == [0, 6, 12]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train", "tyo"], "no experiment 'tyo' in params.yaml: did you mean 'toy'?"),
        (["train", "toy", "--seed", "7"], "Seed 7 is not in experiments.toy.seeds, [0, 1]"),
        (["sample", "toy"], "seed0.pt is missing: run `python -m pipeline train toy --seed 0` first"),
    ],
)
def test_bad_requests_get_one_sentence(
    suite: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(words) == 1
    text = capsys.readouterr().err
    assert sentence in text
    assert text.count("\n") == 1


def test_a_missing_data_set_is_named(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths.processed_files("mixture")[0].unlink()
    assert main(["train", "toy"]) == 1
    assert "run `python -m pipeline prepare mixture` first" in capsys.readouterr().err


def test_two_engines_at_once_are_told_apart(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with exclusive(paths.LOCKS / "train-toy-seed-1.lock", "a test"):
        assert main(["train", "toy"]) == 1
    assert "already working on 'train toy seed 1'" in capsys.readouterr().err
    assert main(["train", "toy"]) == 0


def test_a_truncated_snapshot_file_is_refused(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "toy"]) == 0
    place = paths.checkpoint("beta_gan", "toy", 0)
    place.write_bytes(place.read_bytes()[:-900])
    assert main(["sample", "toy"]) == 1
    assert "seed0.pt is not what `python -m pipeline train toy --seed 0` made" in capsys.readouterr().err
