"""What a file of Python does, apart from how it is written: a hash of its syntax tree, and its imports.

Comments, docstrings, line breaks and what is imported for type checking alone decide no number, so an
edit there changes no hash.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import write_json

# Raised with every change of what is hashed, so that no cache of another way is believed
FORMAT = 1
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Syntax:
    """digest: of the syntax tree. imports: dotted names, each a module or a name in one."""

    digest: str
    imports: tuple[str, ...]


class Reader:
    """Reads files of Python; what it found out is kept by content in the suite's work folder."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(paths.SYNTAX.read_text())
            if kept["format"] == FORMAT:
                self.known = kept["files"]
        self.new = False

    def read(self, path: Path) -> Syntax:
        """Raises PipelineError when the file is no Python."""
        content = path.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        if name not in self.known:
            tree = parsed(path, content)
            self.known[name] = [digest(tree), sorted(imported(tree))]
            self.new = True
        found, names = self.known[name]
        return Syntax(found, tuple(names))

    def keep(self) -> None:
        """Write down what was found, where the folder can be written to."""
        if self.new:
            with contextlib.suppress(OSError, PipelineError):
                write_json(paths.SYNTAX, {"format": FORMAT, "files": self.known})
            self.new = False


def parsed(path: Path, content: bytes) -> ast.Module:
    """The tree of a file without docstrings and type-checking blocks. Raises PipelineError on bad syntax."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError) as error:
        raise PipelineError(f"{path} is not valid Python ({error}): mend it and run again.") from None
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED):
            node.body = [inner for inner in node.body if not _is_text(inner)]
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    return tree


def digest(tree: ast.AST) -> str:
    """A hash that is the same on every version of Python that has the same nodes."""
    return hashlib.sha256(repr(_form(tree)).encode()).hexdigest()


def imported(tree: ast.AST) -> set[str]:
    """Dotted names that are imported anywhere in a tree; the project's imports are absolute."""
    return {name for node in ast.walk(tree) for name in _names(node)}


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _form(node: Any) -> Any:
    """Nested tuples in which fields without content are left out: versions of Python differ in those."""
    if isinstance(node, ast.AST):
        fields = [(name, _form(value)) for name, value in ast.iter_fields(node) if name != "kind"]
        return (type(node).__name__, *(field for field in fields if field[1] is not None and field[1] != ()))
    if isinstance(node, list):
        return tuple(_form(inner) for inner in node)
    return None if node is None else repr(node)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
