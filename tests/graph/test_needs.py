"""What a job rests on is computed: no module, no default and no version is forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from configs import PARAMS, changed
from engines import ROOT, SUITES
from pydantic import BaseModel

from pipeline import params
from pipeline.base.errors import PipelineError
from pipeline.graph import code, needs, schema, syntax
from pipeline.graph.code import UNHASHED, Code
from pipeline.graph.needs import Book, Needs
from pipeline.graph.reads import READS
from pipeline.params.base import Implemented

# What no job runs: the way in, what watches over jobs, and what only looks at a suite
NOT_IN_JOBS = {
    "pipeline.__main__": "calls a stage",
    "pipeline.base.journal": "writes down which stages ran",
    "pipeline.base.timing": "measures speed",
    "pipeline.base.suite_lock": "keeps engines apart",
    "pipeline.stages.needs": "writes what jobs rest on",
    "pipeline.stages.lock": "records what jobs left",
    "pipeline.stages.why": "explains",
    "pipeline.stages.show": "explains",
    "pipeline.stages.bench": "measures speed",
    "pipeline.stages.estimate": "foretells cost",
    "pipeline.estimation": "foretells cost",
    "pipeline.base.bits": "compares machines",
    "pipeline.metrics.extractors": "makes the classifier known to torch-fidelity's own command",
    "pipeline.stages.bits": "compares machines",
    "pipeline.stages.verify": "compares reports",
    "pipeline.graph.verification": "compares reports",
}


def suites() -> list[params.Params]:
    return [params.load(suite / "params.yaml") for suite in SUITES]


def all_needs(suite: params.Params) -> dict[tuple[str, str], Needs]:
    book = Book(suite)
    return {job: book.of(*job) for job in book.jobs()}


def every_kind() -> Iterator[str]:
    """The modules of all kinds, used by a suite or not."""
    waiting: list[type] = [Implemented]
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        if hasattr(cls, "implementation"):
            yield cls.implementation.partition(":")[0]


def named(module: str, names: dict[str, str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def modules() -> Iterator[str]:
    for file in sorted((ROOT / "pipeline").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_module_is_part_of_a_job_or_known_not_to_be() -> None:
    roots = {f"pipeline.stages.{stage}" for stage in READS} | set(every_kind())
    reached = set(Code().closure(roots)[0])
    for suite in suites():
        reached |= {file for job in all_needs(suite).values() for file in job.code}
    expected = {
        str(file.relative_to(ROOT))
        for module in modules()
        if not named(module, UNHASHED) and not named(module, NOT_IN_JOBS)
        for file in [code.file_of(module)]
        if file is not None
    }
    assert expected - reached == set()
    unreached = {str(code.file_of(name).relative_to(ROOT)) for name in NOT_IN_JOBS if "." in name}  # type: ignore[union-attr]
    assert unreached & reached == set()


def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code, which is what is hashed from now on."""
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(code, "FOLDER", tmp_path / "pipeline")
    forget()
    return tmp_path / "pipeline"


def forget() -> None:
    schema.class_digest.cache_clear()
    schema._definitions.cache_clear()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield edited(tmp_path, monkeypatch)
    forget()


def changed_jobs(before: dict[tuple[str, str], Needs], suite: params.Params) -> set[str]:
    """Stages of which a job's needs are others than before."""
    forget()
    after = all_needs(suite)
    return {job[0] for job in before if after[job] != before[job]}


def test_an_edit_of_any_module_reaches_the_jobs_that_import_it(copy: Path) -> None:
    suite = params.load(ROOT / "params.yaml")
    book = Book(suite)
    before = {job: book.of(*job) for job in book.jobs()}
    book.code.reader.keep()
    known = {file for job in before.values() for file in job.code if file.endswith(".py")}
    assert len(known) > 80
    for file in known:
        path = copy.parent / file
        content = path.read_text()
        path.write_text(content + "\nCHANGED = 1\n")
        job = next(job for job, found in before.items() if file in found.code)
        assert Book(suite).of(*job) != before[job], file
        path.write_text('"""Another docstring."""\n\n# A comment.\n' + content)
        if content.startswith('"""'):
            path.write_text(content.replace('"""', '"""Another: ', 1) + "\n# A comment.\n")
        assert Book(suite).of(*job) == before[job], file
        path.write_text(content)


def test_what_a_block_computes_from_its_values_counts(copy: Path) -> None:
    """A property of the schema decides numbers as a default does."""
    suite = params.load(ROOT / "params.yaml")
    before = all_needs(suite)
    file = copy / "params/seams.py"
    content = file.read_text()
    file.write_text(content.replace("return self.stages + self.include_last", "return self.stages"))
    assert file.read_text() != content
    forget()
    after = all_needs(suite)
    annealed = {name for name, block in suite.experiments.items() if block.train.tempering.kind == "anneal"}
    assert {
        key for stage, key in before if stage == "train" and after[stage, key] != before[stage, key]
    } == annealed


def test_a_validator_that_only_refuses_counts_for_nothing(copy: Path) -> None:
    suite = params.load(ROOT / "params.yaml")
    before = all_needs(suite)
    file = copy / "params/seams.py"
    file.write_text(file.read_text().replace("sigma_final needs sigma_steps > 0", "sigma_final needs a ramp"))
    assert changed_jobs(before, suite) == set()


def fields(value: Any, plain: Any) -> Iterator[tuple[BaseModel, str, Any]]:
    """Every field of every block in a value, with the plain value of its block."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield value, name, plain
            yield from fields(getattr(value, name), plain.get(name))
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields(inner, plain[name])
    if isinstance(value, list):
        for inner, text in zip(value, plain, strict=True):
            yield from fields(inner, text)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_every_field_is_among_the_values_default_or_not(suite: Path) -> None:
    content = params.load(suite / "params.yaml")
    book, defaults = Book(content), set()
    for stage, key in book.jobs():
        found = book.of(stage, key).values
        for path, value in READS[stage][1](content, key).values.items():
            for block, name, plain in fields(value, found[path]):
                assert name in plain, (stage, key, path, name)
                if name not in block.model_fields_set:
                    defaults.add((type(block).__name__, name))
    assert ("Adam", "beta2") in defaults or "paper" in suite.name


def test_a_stage_depends_on_no_part_of_the_code_that_it_cannot_reach() -> None:
    """A metric, a network, an optimiser: only who uses it."""
    suite = params.load(ROOT / "params.yaml")
    for (stage, key), found in all_needs(suite).items():
        if stage == "train":
            kind = suite.experiments[key].train.tempering.kind
            assert ("pipeline/gan/tempering/lens.py" in found.code) == (kind == "lens")
            assert not [
                file for file in found.code if file.startswith(("pipeline/metrics", "pipeline/papers"))
            ]
        if stage == "evaluate":
            kinds = {metric.kind for metric in suite.experiments[key].evaluate.metrics}
            assert ("pipeline/metrics/parzen.py" in found.code) == ("parzen" in kinds)


def test_versions_are_of_what_a_stage_imports_and_what_that_brings() -> None:
    assert set(needs.versions({"matplotlib", "json"})) == {"matplotlib", "numpy", "pillow"}
    found = all_needs(params.load(ROOT / "params.yaml"))
    train = [job.versions for (stage, _), job in found.items() if stage == "train"]
    assert all("torch" in versions and "matplotlib" not in versions for versions in train)
    drawn = [job.versions for (stage, _), job in found.items() if stage == "render"]
    assert all("matplotlib" in versions for versions in drawn)


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(needs.PACKAGES, "numpy", "no-such-package")
    with pytest.raises(PipelineError, match="no-such-package is not installed here: run `make environment`"):
        needs.versions({"numpy"})


def test_unknown_stages_and_keys_are_named() -> None:
    book = Book(params.check(changed(PARAMS, {})))
    with pytest.raises(PipelineError, match="There is no stage 'trian'"):
        book.of("trian", "toy")
    with pytest.raises(PipelineError, match="did you mean 'toy'"):
        book.of("train", "tyo")


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("x = 1", "x = 1  # one", True),
        ("x = 1", "x = 2", False),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "x = True", False),
        ('def f():\n    """A."""\n    return 1', "def f():\n    return 1", True),
        ('def f():\n    return "A."', 'def f():\n    return "B."', False),
        ("f(a, b)", "f(\n    a,\n    b,\n)", True),
        ("if TYPE_CHECKING:\n    import torch", "if TYPE_CHECKING:\n    import numpy", True),
        ("x = None", "x = 0", False),
        ("return_ = [None]", "return_ = []", False),
    ],
)
def test_the_tree_is_hashed_without_what_decides_nothing(one: str, other: str, equal: bool) -> None:
    hashes = [syntax.digest(syntax.parsed(Path("x.py"), text.encode())) for text in (one, other)]
    assert (hashes[0] == hashes[1]) == equal


def test_bad_syntax_names_the_file() -> None:
    with pytest.raises(PipelineError, match=r"x\.py is not valid Python"):
        syntax.parsed(Path("x.py"), b"def")


def test_what_was_found_out_is_kept_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "x.py"
    file.write_text("import numpy\nx = 1\n")
    reader = syntax.Reader()
    first = reader.read(file)
    reader.keep()
    monkeypatch.setattr(syntax, "parsed", None)
    assert syntax.Reader().read(file) == first
    assert first.imports == ("numpy",)


def test_annotations_of_unions_have_every_kind() -> None:
    """A kind that is in no union could not be chosen, and `every_kind` would test nothing."""
    assert "pipeline.gan.tempering.lens" in set(every_kind())
    assert get_args(params.Params.model_fields["experiments"].annotation)
