"""A result or a claim is found by the text of its file, and imports no other's."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import ROOT, SUITES

from pipeline import params
from pipeline.base.errors import PipelineError
from pipeline.papers import discovery
from pipeline.papers.discovery import declared
from pipeline.papers.registry import drawing_function
from pipeline.papers.table import table
from pipeline.params.experiment import Claim, Result

PAPERS = sorted({file.parent.name for file in (ROOT / "pipeline/papers").glob("*/*.py")})
MODULES = sorted({module for paper in PAPERS for module in declared("result", paper).values()})
# Of the trainer its schedules, as plain arithmetic; of a study what it left.
ALLOWED = ("pipeline.gan.schedule", "pipeline.studies.Studied")


def test_every_result_and_claim_of_every_suite_is_found() -> None:
    for suite in SUITES:
        content = params.load(suite / "params.yaml")
        for result in content.results.values():
            assert result.id in declared("result", result.paper)
        for claim in content.claims.values():
            assert claim.id in declared("claim", claim.paper)
    assert declared("result", "dfm")["eq11"] == "pipeline.papers.dfm.toys"
    assert declared("claim", "dfm")["C9"] == "pipeline.papers.dfm.claims"
    assert declared("claim", "tempered")["C1"] == "pipeline.papers.tempered.claims"
    assert declared("result", "nothing") == declared("claim", "nothing") == {}


def test_a_claim_that_is_declared_needs_no_function_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sixth").mkdir()
    (tmp_path / "sixth/claims.py").write_text("C1 = Compare()\nC_2 = 3\n")
    monkeypatch.setattr(discovery, "FOLDER", tmp_path)
    assert declared("claim", "sixth") == {"C1": "pipeline.papers.sixth.claims"}
    assert declared("result", "sixth") == {}


def test_importing_one_result_imports_no_other() -> None:
    """In a fresh interpreter: the modules with results that are loaded after each one alone."""
    program = (
        "import importlib, json, os, sys\n"
        "found = {}\n"
        "for name in json.loads(sys.argv[1]):\n"
        "    read, write = os.pipe()\n"
        "    if (child := os.fork()) == 0:\n"
        "        importlib.import_module(name)\n"
        "        os.write(write, json.dumps(sorted(sys.modules)).encode())\n"
        "        os._exit(0)\n"
        "    os.close(write)\n"
        "    with open(read) as pipe:\n"
        "        found[name] = json.load(pipe)\n"
        "    os.waitpid(child, 0)\n"
        "print(json.dumps(found))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(MODULES)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == set(MODULES)
    for name, loaded in found.items():
        assert set(loaded) & set(MODULES) == {name}
        assert "torch" not in loaded, name


def test_what_a_paper_does_not_number_has_a_title() -> None:
    for paper in PAPERS:
        results = table(paper).results
        for name in declared("result", paper):
            if not re.match(r"(fig|table)\d|inline-", name):
                assert results[name].title, (paper, name)


@pytest.mark.parametrize(
    ("paper", "name", "message"),
    [
        ("dfm", "eq12", r"papers\.dfm\.results\.eq12: dfm has no result 'eq12'; did you mean 'eq1[01]'\?"),
        ("dmf", "eq11", r"papers\.dmf\.results\.eq11: dmf has no result 'eq11'; none is defined"),
    ],
)
def test_an_unknown_result_has_the_nearest_name(paper: str, name: str, message: str) -> None:
    block = Result().of(paper, name)
    with pytest.raises(PipelineError, match=message):
        drawing_function(block)


def test_an_unknown_claim_has_the_nearest_name() -> None:
    from pipeline.papers.registry import judge_of

    with pytest.raises(
        PipelineError, match=r"papers\.dfm\.claims\.C99: dfm has no claim 'C99'; did you mean 'C9'\?"
    ):
        judge_of(Claim().of("dfm", "C99"))


def imports(file: Path) -> Iterator[str]:
    """Every module and name that a file imports anywhere, but for type checking."""
    tree = ast.parse(file.read_text())
    hints = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in hints:
            yield from (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))
        if isinstance(node, ast.Import) and id(node) not in hints:
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("folder", ["papers", "claims", "figures", "measures"])
def test_figures_and_claims_do_not_train(folder: str) -> None:
    """They import nothing that learns, and take no gradient themselves."""
    for file in (ROOT / "pipeline" / folder).rglob("*.py"):
        found = set(imports(file))
        ours = {name for name in found if name.startswith(("pipeline.gan.", "pipeline.studies."))}
        assert {name for name in ours if not name.startswith(ALLOWED)} == set(), file
        assert not any(name.startswith("torch.optim") for name in found), file
        assert not any(word in file.read_text() for word in ("backward(", "autograd", "optim.")), file


@pytest.mark.parametrize("paper", PAPERS)
def test_claims_and_drawings_share_measures_and_not_each_other(paper: str) -> None:
    drawing, judging = ({*declared(kind, paper).values()} for kind in ("result", "claim"))
    assert judging <= {f"pipeline.papers.{paper}.claims"}
    for module in drawing | judging:
        found = set(imports(ROOT.joinpath(*module.split(".")).with_suffix(".py")))
        barred = drawing if module in judging else judging | {"pipeline.claims"}
        assert not any(name.startswith(tuple(barred)) for name in found), module
