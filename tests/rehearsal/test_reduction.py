"""What a rehearsal keeps of the paper suite."""

from __future__ import annotations

from typing import Any

import pytest
from engines import ROOT

from pipeline import params
from pipeline.params import Params, plain
from rehearsal.reduction import reduce, rehearsed_step, renamed

SHORTER = {"steps", "snapshots", "log_every", "threads", "tempering"}
SCHEDULE = {"uniform_steps", "stages", "stage_steps", "beta_first", "schedule_steps"}


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return params.read(ROOT / "suites/paper/params.yaml")


@pytest.fixture(scope="module")
def small(content: dict[str, Any]) -> Params:
    return params.check(reduce(content, "mirror", "weights.pth", "0" * 64))


def test_every_run_is_the_suites_own_but_shorter(content: dict[str, Any], small: Params) -> None:
    """Architecture, batch, critic steps, objective, prior, guidance and optimisers are untouched."""
    suite = params.check(content)
    assert list(small.experiments) == list(suite.experiments)
    for name, block in suite.experiments.items():
        ours, theirs = plain(small.experiments[name].train), plain(block.train)
        for key in set(theirs) - SHORTER:
            assert ours[key] == theirs[key], (name, key)
        for key in set(theirs["tempering"]) - SCHEDULE:
            assert ours["tempering"][key] == theirs["tempering"][key], (name, key)
        assert ours["steps"] <= 60
        assert set(small.experiments[name].seeds) <= set(block.seeds)


def test_everything_declared_is_rehearsed(content: dict[str, Any], small: Params) -> None:
    suite = params.check(content)
    for section in ("papers", "sources", "datasets", "studies", "results", "claims"):
        assert list(getattr(small, section)) == list(getattr(suite, section)), section
    for name, block in small.results.items():
        assert (block.uses, block.studies) == (suite.results[name].uses, suite.results[name].studies)
    for name, block in small.datasets.items():
        assert block.prepare.shape == suite.datasets[name].prepare.shape


def test_the_suite_itself_is_not_changed(content: dict[str, Any]) -> None:
    before = params.fingerprint(content)
    reduce(content, "mirror", "weights.pth", "0" * 64)
    assert params.fingerprint(content) == before


def test_names_of_metrics_follow_their_counts() -> None:
    assert renamed("fid4096", points=False) == "fid5"
    assert renamed("is10x5000", points=False) == "is2x4"
    assert renamed("modes10000", points=True) == "modes500"
    assert renamed("std_mean", points=True) == "std_mean"


def test_snapshots_stand_for_those_of_the_suite(content: dict[str, Any], small: Params) -> None:
    for name, block in content["experiments"].items():
        reduced = small.experiments[name]
        for step in (*block["train"]["snapshots"], block["train"]["steps"]):
            assert rehearsed_step(step, block, plain(reduced)) in {0, *reduced.train.snapshot_steps}
