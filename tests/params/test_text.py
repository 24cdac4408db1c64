"""Names that reach a shell, titles that reach a script."""

from __future__ import annotations

from typing import Any

import pytest
from configs import PARAMS, changed

from pipeline import params
from pipeline.base.errors import PipelineError

TOY = PARAMS["experiments"]["toy"]


@pytest.mark.parametrize(
    "name", ["-h", "--seed", "x\n", "x; touch pwned #", "a b", "", "..", "a/b", "$(x)", "é", "x'", "{x}", "*"]
)
def test_a_name_is_letters_digits_and_inner_dashes(name: str) -> None:
    with pytest.raises(PipelineError, match="names are made of letters") as caught:
        params.check(changed(PARAMS, {}) | {"experiments": {"toy": TOY, name: TOY}})
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("name", ["x", "five_gan_1e-3", "16x", "_a", "fig2-top"])
def test_names_in_use_are_legal(name: str) -> None:
    params.check(changed(PARAMS, {}) | {"experiments": {name: TOY}})


@pytest.mark.parametrize(
    "title", ["</script><script>x()</script>", "{rule}", "a`b", "a\\b", "a\nb", "a\x1b[1m", " "]
)
@pytest.mark.parametrize("key", ["suite.title", "papers.beta_gan.title", "papers.beta_gan.authors"])
def test_a_title_is_one_line_without_markup(key: str, title: str) -> None:
    with pytest.raises(PipelineError, match=rf"{key}: "):
        params.check(changed(PARAMS, {key: title}))


@pytest.mark.parametrize("key", ["waiting", "untested"])
def test_a_reason_is_one_line_and_may_have_any_character(key: str) -> None:
    place = f"papers.beta_gan.{key}"
    params.check(changed(PARAMS, {place: {"C1": "p < 0.05 in <b> {all} `runs` – 5 × 3"}}))
    for text in ("one\ntwo", "a\x00b"):
        with pytest.raises(PipelineError, match="one line without control characters"):
            params.check(changed(PARAMS, {place: {"C1": text}}))


def test_what_waits_has_a_name() -> None:
    waiting: dict[str, Any] = {"papers.beta_gan.waiting": {"`x`<b>": "reason"}}
    with pytest.raises(PipelineError, match="names are made of letters"):
        params.check(changed(PARAMS, waiting))
