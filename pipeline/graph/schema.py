"""Blocks of params.yaml as what a job rests on: the modules that carry them out, and what they compute.

Fields, defaults and validators only decide which values there are, and these are hashed as they come out.
What is left of a class is its methods and constants, with whatever these name in their modules.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from pipeline.graph import syntax
from pipeline.graph.code import PACKAGE, file_of
from pipeline.params.base import Implemented

VALIDATORS = ("model_validator", "field_validator")
HINTS = ("annotation", "returns")


def blocks(value: Any) -> Iterator[BaseModel]:
    """A block of params.yaml and all blocks in it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from blocks(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from blocks(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from blocks(inner)


def chosen(value: Any) -> set[str]:
    """The modules that carry out a block and the blocks in it."""
    found = (block for block in blocks(value) if isinstance(block, Implemented))
    return {block.implementation.partition(":")[0] for block in found}


def computed(value: Any) -> dict[str, str]:
    """Class of a block, or of a block in it → hash of what it computes, for those that compute something."""
    classes = {cls for block in blocks(value) for cls in type(block).__mro__}
    names = {(cls.__module__, cls.__name__) for cls in classes if cls.__module__.split(".")[0] == PACKAGE}
    found = {f"{module}.{name}": class_digest(module, name) for module, name in names}
    return {name: digest for name, digest in sorted(found.items()) if digest}


@cache
def class_digest(module: str, name: str) -> str:
    """Hash of a class's methods and constants and of all that these name; empty without any."""
    definition = _definitions(module)[name]
    assert isinstance(definition, ast.ClassDef)
    body = [node for node in definition.body if _computes(node)]
    if not body:
        return ""
    used: dict[tuple[str, str], str] = {}
    waiting: list[tuple[str, ast.AST]] = [(module, node) for node in body]
    while waiting:
        place, node = waiting.pop()
        for word in _names(node):
            found = _find(place, word)
            if found is not None and found[:2] not in used:
                used[found[:2]] = syntax.digest(found[2])
                waiting.append((found[0], found[2]))
    parts = [*map(syntax.digest, body), *sorted(used.values())]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _find(module: str, name: str) -> tuple[str, str, ast.AST] | None:
    """Where a name of a module is defined in the project, unless it is a block, which is hashed as such."""
    node = _definitions(module).get(name)
    if isinstance(node, ast.ImportFrom):
        source, origin = (
            str(node.module),
            {alias.asname or alias.name: alias.name for alias in node.names}[name],
        )
        return _find(source, origin) if file_of(source) is not None else None
    if node is None or (isinstance(node, ast.ClassDef) and _is_block(module, node)):
        return None
    return module, name, node


def _is_block(module: str, node: ast.ClassDef) -> bool:
    """Whether a class is a block of params.yaml: a Block, or a class that has one among its bases."""
    for base in node.bases:
        if isinstance(base, ast.Name):
            if base.id in ("Block", "BaseModel"):
                return True
            found = _definitions(module).get(base.id)
            if isinstance(found, ast.ImportFrom) and found.module and file_of(found.module) is not None:
                inner = _definitions(found.module).get(base.id)
                if isinstance(inner, ast.ClassDef) and _is_block(found.module, inner):
                    return True
            if isinstance(found, ast.ClassDef) and _is_block(module, found):
                return True
    return False


@cache
def _definitions(module: str) -> dict[str, ast.stmt]:
    """Top-level name → the statement that defines it in a module of the project, or imports it."""
    path = file_of(module)
    assert path is not None
    return {name: node for node in syntax.parsed(path, path.read_bytes()).body for name in _defined(node)}


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    if isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == PACKAGE:
        yield from (alias.asname or alias.name for alias in node.names)


def _computes(node: ast.stmt) -> bool:
    """Whether a statement in a class is a method or a constant, not a field or a check of fields."""
    if isinstance(node, ast.FunctionDef):
        return not any(kind in ast.unparse(each) for each in node.decorator_list for kind in VALIDATORS)
    if isinstance(node, ast.AnnAssign):
        return "ClassVar" in ast.unparse(node.annotation)
    return isinstance(node, ast.Assign)


def _names(node: ast.AST) -> Iterator[str]:
    """The names in a tree that are more than hints of a type."""
    if isinstance(node, ast.Name):
        yield node.id
    for field, value in ast.iter_fields(node):
        if field not in HINTS:
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, ast.AST):
                    yield from _names(inner)
