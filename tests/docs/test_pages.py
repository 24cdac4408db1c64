"""What the pages say can be done, can be: links, paths, commands, pictures of the graph."""

from __future__ import annotations

import argparse
import importlib
import re
from itertools import product
from pathlib import Path

import pytest
from dvc.cli import parse_args
from dvc.utils.serialize import load_yaml
from engines import ROOT, SUITES, run
from pages import PAGES, Block, blocks, checkout, commands, prose
from ruamel.yaml import YAML
from snakemake.cli import get_argument_parser

from pipeline import params
from pipeline.__main__ import STAGES
from pipeline.params.datasets.catalogue import table

# Run as they stand; the block that makes a suite with the smoke suite's parameters
RUN = ("bash", "console")
READ = ("sh", "text", "python", "yaml", "mermaid")
TREES = ("pipeline", "reports", "suites", "tests", "profiles", "docs", "captions")
PLACEHOLDER = re.compile(r"<\w+>|…|\b[A-Z]+\b")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def of(*infos: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", blocks(*infos), ids=lambda block: block.name)


@pages
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", prose(page)):
        if not target.startswith("https://"):
            place, _, section = target.partition("#")
            file = page.parent / place if place else page
            assert file.exists(), target
            assert not section or section in sections(file), target


def sections(page: Path) -> list[str]:
    """The anchors of a page's headings."""
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]


@pages
def test_paths_exist(page: Path) -> None:
    for code in re.findall(r"`([^`\n]+)`", prose(page)):
        if code.split("/")[0] in TREES and "/" in code and " " not in code:
            assert list(ROOT.glob(PLACEHOLDER.sub("*", code).rstrip("/"))), code


@pages
def test_stages_and_commands_in_sentences(page: Path) -> None:
    for code in re.findall(r"`((?:python -m pipeline|make|dvc|snakemake) [^`\n]+)`", prose(page)):
        for words in commands(code):
            check(words)


@of()
def test_a_block_says_what_it_is(block: Block) -> None:
    assert block.info in (*RUN, *READ, "bash smoke")


@of("sh", "bash", "bash smoke")
def test_commands_can_be_read(block: Block) -> None:
    for words in commands(block.text):
        check(words)


@of("text", "console")
def test_commands_of_a_session_can_be_read(block: Block) -> None:
    for line in re.findall(r"^\$ (.+)$", block.text, re.MULTILINE):
        for words in commands(line):
            check(words)


@of(*RUN)
def test_commands_run(block: Block, tmp_path: Path) -> None:
    folder = checkout(tmp_path / "project")
    for command, said in session(block):
        ended = run(folder, "bash", "-c", command, PYTHONPATH=str(folder))
        both = ended.stdout + ended.stderr
        assert "Traceback" not in both
        assert (ended.returncode == 1) == any(line.startswith("error: ") for line in said), both
        assert [line for line in said if line not in both] == []


def test_a_suite_of_ones_own(tmp_path: Path) -> None:
    """Both engines work in what the page makes."""
    (block,) = blocks("bash smoke")
    folder = checkout(tmp_path / "project", "suites/smoke")
    made = run(folder, "bash", "-ec", block.text, PYTHONPATH=str(folder))
    assert made.returncode == 0 and "evaluate" in made.stdout, made.stderr
    assert run(folder / "suites/mine", "dvc", "repro", "download@digits").returncode == 0
    assert (folder / "suites/mine/data/raw/digits/receipt.json").exists()


def session(block: Block) -> list[tuple[str, list[str]]]:
    """Each command, and what it says where the block shows that."""
    if block.info != "console":
        return [(line, []) for line in block.text.splitlines() if line]
    _, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    return [
        (command, [line for line in said if line.strip("… ")])
        for command, *said in (part.splitlines() for part in parts)
    ]


def check(words: list[str]) -> None:
    """Fail unless the program takes these options, and the stages, targets and names among them are there.

    Words in capitals stand for something.
    """
    match words:
        case ["python", "-m", "pipeline", "--help"]:
            pass
        case ["python", "-m", "pipeline", stage, *rest]:
            check_stage(stage, rest)
        case ["snakemake", *rest]:
            options = get_argument_parser().parse_args(rest)
            for target in options.targets:
                check_target(target)
            for folder in (options.directory or "", *(options.profile or ())):
                assert (ROOT / folder).exists() or folder == Path("suites/mine")
        case ["dvc", *rest]:
            assert parse_args(rest)
        case ["make", *rest]:
            targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
            assert {word for word in rest if "=" not in word} <= set(targets), words
        case [program, *_]:
            assert program in {"cp", "git", "grep", "mkdir", "sed", "source", ".ci/run"}, words


def check_stage(stage: str, rest: list[str]) -> None:
    if PLACEHOLDER.fullmatch(stage):
        return
    assert stage in STAGES
    parser = argparse.ArgumentParser(exit_on_error=False)
    importlib.import_module(f"pipeline.stages.{stage}").add_arguments(parser)
    if rest:
        options = vars(parser.parse_args(rest))
        assert options.get("of", "train") in STAGES
        name = options.get("key") or options.get("experiment")
        assert not isinstance(name, str) or {name} <= laptop().experiments.keys() | laptop().results.keys()


def check_target(target: str) -> None:
    found = re.fullmatch(r"reports/papers/(\w+)/([\w-]+)\.(png|svg|csv|md)", target)
    if found:
        assert f"{found[1]}-{found[2]}" in laptop().results
    else:
        assert re.search(rf"^rule {target}:", (ROOT / "Snakefile").read_text(), re.MULTILINE), target


def laptop() -> params.Params:
    return params.load(ROOT / "params.yaml")


def test_the_picture_of_the_graph() -> None:
    (picture,) = blocks("mermaid")
    drawn = set(re.findall(r"(\w+)-->(\w+)", picture.text))
    stages = load_yaml(str(ROOT / "dvc.yaml"))["stages"]
    made = {name: paths(stage, "outs", "metrics", "plots") for name, stage in stages.items()}
    read = {name: paths(stage, "deps") for name, stage in stages.items()}
    assert drawn == {
        (maker, reader)
        for maker, reader in product(made, read)
        if maker != "needs" and any(meet(out, dep) for out, dep in product(made[maker], read[reader]))
    }


def paths(stage: dict[str, object], *kinds: str) -> list[Path]:
    """Files and folders of a stage in dvc.yaml, with * for what differs between its instances."""
    entries = [entry for kind in kinds for entry in stage.get("do", stage).get(kind, [])]  # type: ignore
    names = [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]
    return [Path(re.sub(r"\$\{[^}]+\}", "*", name)) for name in names]


def meet(one: Path, other: Path) -> bool:
    """Whether one of them is the other or lies in it; data/evidence/*/*.npz lies in data/evidence/*."""
    return one.is_relative_to(other) or other.is_relative_to(one)


def test_the_tables_of_stages_and_suites() -> None:
    text = (ROOT / "docs/graph.md").read_text()
    rows = re.findall(r"^\| `([\w/]+)` \|", text, re.MULTILINE)
    stages = load_yaml(str(ROOT / "dvc.yaml"))["stages"]
    suites = {str(suite.relative_to(ROOT)) for suite in SUITES} - {"."}
    assert set(rows) == set(stages) | suites


def test_the_table_of_seams() -> None:
    """Each seam's implementations are its files."""
    _, _, text = (ROOT / "docs/adding.md").read_text().partition("| seam |")
    table = re.findall(r"^\| `(\w+)` \| [^|]+ \| (`[^|]+) \|$", text.partition("\n\n")[0], re.MULTILINE)
    seams = {name: set(re.findall(r"`(\w+)`", kinds)) for name, kinds in table}
    assert len(seams) == 4
    for name, kinds in seams.items():
        files = {file.stem for file in (ROOT / "pipeline/gan" / name).glob("*.py")}
        assert kinds == files - {"__init__", "logistic"}


def test_the_table_of_data_sets() -> None:
    assert table() in (ROOT / "docs/data.md").read_text() + "\n"


def test_the_example_of_params_stands_in_params() -> None:
    (example,) = blocks("yaml")
    shown = YAML(typ="safe").load(example.text)["papers"]["gan"]
    content = params.read(ROOT / "params.yaml")["papers"]["gan"]
    assert {kind: {name: content[kind][name] for name in entries} for kind, entries in shown.items()} == shown
