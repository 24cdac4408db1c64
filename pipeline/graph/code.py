"""The code that a job can reach: everything that its modules import, followed to the end.

Left out is what decides when a job runs, where its files lie and what a message says (see UNHASHED). The
schema is left out as files, since its outcome, the values with their defaults, is hashed by itself;
what its classes compute from their values is hashed class by class.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pipeline
from pipeline.graph.syntax import Reader

FOLDER = Path(pipeline.__file__).resolve().parent
PACKAGE = "pipeline"
# Modules and packages → why an edit there makes no job run again
UNHASHED = {
    "pipeline.base.document": "how a YAML file is read; its values are hashed themselves",
    "pipeline.base.errors": "sentences",
    "pipeline.graph": "when a job runs; what it reads and makes is checked by hash",
    "pipeline.base.locks": "keeps processes apart",
    "pipeline.params": "the values that it resolves, and what its classes compute, are hashed themselves",
    "pipeline.base.paths": "where files lie: both engines name them, and readers check them by hash",
    "pipeline.base.provenance": "what is written down beside the numbers",
    "pipeline.base.system": "sentences",
}


@dataclass(frozen=True)
class Module:
    """files: path from the project's folder → hash. inner, outer: what it imports, from here or not."""

    files: dict[str, str]
    inner: tuple[str, ...]
    outer: frozenset[str]


@dataclass
class Code:
    """The project's own modules, each read once."""

    reader: Reader = field(default_factory=Reader)
    known: dict[str, Module] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)

    def closure(self, roots: Iterable[str]) -> tuple[dict[str, str], set[str]]:
        """Files, such as pipeline/gan/trainer.py → hash, that modules and all that they import consist of;
        and the first names of the packages from elsewhere that these import."""
        files: dict[str, str] = {}
        foreign: set[str] = set()
        seen: set[str] = set()
        waiting = [name for root in roots for name in self._modules(root)]
        while waiting:
            name = waiting.pop()
            if name not in seen and not _left_out(name):
                seen.add(name)
                module = self._module(name)
                files |= module.files
                foreign |= module.outer
                waiting.extend(module.inner)
        return dict(sorted(files.items())), foreign

    def _module(self, name: str) -> Module:
        if name not in self.known:
            path = file_of(name)
            assert path is not None
            syntax = self.reader.read(path)
            files = {_relative(path): syntax.digest}
            if path.name == "__init__.py":
                files |= {_relative(data): _sha256(data) for data in _data_files(path.parent)}
            ours = [each for each in syntax.imports if each.split(".")[0] == PACKAGE]
            inner = dict.fromkeys(module for each in ours for module in self._modules(each))
            outer = {each.split(".")[0] for each in syntax.imports} - {PACKAGE}
            self.known[name] = Module(files, tuple(inner), frozenset(outer))
        return self.known[name]

    def _modules(self, name: str) -> list[str]:
        """A module and the packages around it; of a name in a module, that module."""
        if name not in self.named:
            parts = name.split(".")
            names = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
            self.named[name] = [module for module in names if file_of(module) is not None]
        return self.named[name]


def file_of(module: str) -> Path | None:
    """The file of one of the project's modules; None for any other name."""
    place = FOLDER.parent / Path(*module.split("."))
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.exists()), None)


def _left_out(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in UNHASHED)


def _data_files(folder: Path) -> list[Path]:
    """What lies beside a package's code and may be read by it, such as tables in YAML."""
    return sorted(file for file in folder.iterdir() if file.is_file() and file.suffix not in (".py", ".pyc"))


def _relative(path: Path) -> str:
    return str(path.relative_to(FOLDER.parent))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
