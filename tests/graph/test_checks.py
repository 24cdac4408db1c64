"""Roles, settings and the mirror are checked before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from configs import PARAMS, changed

from pipeline import params as schema
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.graph import checks
from pipeline.papers import registry
from pipeline.params.experiment import Result
from pipeline.params.text import is_name

FIG2: dict[str, Any] = {
    "uses": {"vanilla": "toy"},
    "settings": {"steps": [0, 6, 12], "choice": "best"},
}
C4: dict[str, Any] = {
    "uses": dict.fromkeys(("annealed_five", "annealed_ten", "vanilla_five", "vanilla_ten"), "toy"),
    "settings": {"margin": 0.1},
}
RESULT, CLAIM = "papers.beta_gan.results.fig2-top.", "papers.beta_gan.claims.C4."
SUITE = changed(PARAMS, {RESULT[:-1]: FIG2, CLAIM[:-1]: C4})


def told(changes: dict[str, Any]) -> str:
    suite = schema.check(changed(SUITE, changes))
    with pytest.raises(PipelineError) as caught:
        checks.refuse(suite)
    return str(caught.value)


def test_what_is_right_is_accepted() -> None:
    checks.refuse(schema.check(SUITE))
    checks.refuse(schema.check(changed(SUITE, {f"{CLAIM}settings.margin": 1})))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({f"{RESULT}uses": {"vanila": "toy"}}, f"{RESULT}uses.vanilla: is missing"),
        ({f"{RESULT}uses": {"vanilla": "toy", "x": "toy"}}, f"{RESULT}uses.x: is unknown; valid names are"),
        (
            {f"{RESULT}settings.choice": "bset"},
            f"{RESULT}settings.choice: input should be 'best', 'worst' or",
        ),
        (
            {f"{RESULT}settings.steps": [0, 7]},
            f"{RESULT}settings.steps: 7 is no snapshot of experiment 'toy'",
        ),
        ({f"{RESULT}settings.steps": 6}, f"{RESULT}settings.steps: input should be a valid list, not 6"),
        ({f"{RESULT}settings.steps": [0.5]}, f"{RESULT}settings.steps.0: input should be a valid integer"),
        ({f"{RESULT}settings": {"steps": [0]}}, f"{RESULT}settings.choice: is missing"),
        ({f"{CLAIM}settings.margin": "0.1"}, f"{CLAIM}settings.margin: input should be a valid number"),
        ({f"{CLAIM}settings.margn": 0.1}, f"{CLAIM}settings.margn: is unknown; did you mean 'margin'?"),
        ({f"{CLAIM}uses": {"annealed_five": "toy"}}, f"{CLAIM}uses.annealed_ten: is missing"),
    ],
)
def test_a_wrong_role_or_setting_is_told_with_its_path(changes: dict[str, Any], words: str) -> None:
    assert words in told(changes)


def test_all_problems_are_told_at_once() -> None:
    text = told({f"{RESULT}settings.choice": "x", f"{RESULT}settings.steps": [1.5], f"{CLAIM}settings": {}})
    assert "choice" in text and "steps" in text and "margin" in text


def test_a_lens_is_drawn_at_its_own_snapshots_alone() -> None:
    """Without a lens nothing is drawn at `stages`, so other snapshots do no harm."""
    settings = {"stages": [99], "images": 4, "samples": 4}
    block = Result(uses={"plain": "toy"}, settings=settings).of("tempered", "fig1")
    registry.drawing_function(block, schema.check(SUITE).experiments)
    for change in ({"images": 0}, {"samples": -1}):
        wrong = block.model_copy(update={"settings": {**settings, **change}})
        with pytest.raises(PipelineError, match="greater than 0"):
            registry.drawing_function(wrong)
    with pytest.raises(PipelineError, match="uses: name at least one experiment"):
        registry.drawing_function(block.model_copy(update={"uses": {}}))


def test_every_declared_role_can_be_a_key() -> None:
    checks.load_checked(Path(__file__).parents[2] / "params.yaml")
    for wanted in (found.wanted for found in registry._REGISTRY.values()):
        assert all(map(is_name, wanted.roles | wanted.optional))
        assert not (wanted.each and wanted.roles)


def test_a_mirror_that_is_not_there_is_told_while_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(checks.MIRROR_VARIABLE, raising=False)
    gone = {"mirror": str(tmp_path / "gone"), "sources.mnist": {"kind": "mnist"}}
    assert "mirror: there is no folder" in told(gone)
    with monkeypatch.context() as patch:
        patch.setenv(checks.MIRROR_VARIABLE, str(tmp_path))
        checks.refuse(schema.check(changed(SUITE, gone)))
    paths.manifest("mnist").parent.mkdir(parents=True)
    paths.manifest("mnist").write_text("{}")
    checks.refuse(schema.check(changed(SUITE, gone)))
