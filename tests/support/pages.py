"""The project's pages: their fenced blocks, and a folder to run what stands in them."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engines import ROOT, run

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")]
PAGES += sorted((ROOT / "docs").glob("*.md"))
FENCE = re.compile(r"^```(\S[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block. info: the language, for some with the suite that it is to be run in."""

    page: Path
    info: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text.strip().splitlines()[0]}"


def blocks(*infos: str) -> list[Block]:
    """All blocks with one of these infos, in the order of the pages."""
    found = [Block(page, *match.groups("")) for page in PAGES for match in FENCE.finditer(page.read_text())]
    return [block for block in found if not infos or block.info in infos]


def commands(text: str) -> Iterator[list[str]]:
    """The words of every line of a shell block, without its comment and the variables that it sets."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        while words and re.match(r"[A-Z_]+=", words[0]):
            words = words[1:]
        if words:
            yield words


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", page.read_text())


def checkout(folder: Path, suite: str = "") -> Path:
    """A repository with the project's code and graph in `folder`, that has the parameters of a suite (the
    root's by default) as its own."""
    folder.mkdir(parents=True)
    for name in ("Snakefile", "dvc.yaml", ".dvcignore"):
        shutil.copy(ROOT / name, folder)
    for name in ("captions", "profiles", "pipeline"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".dvc").mkdir()
    shutil.copy(ROOT / ".dvc/config", folder / ".dvc")
    shutil.copy(ROOT / suite / "params.yaml", folder)
    assert run(folder, "git", "init", "--quiet").returncode == 0
    return folder
