"""Which file draws a result or judges a claim: read off its text, so that no other is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def declared(kind: str, paper: str) -> Mapping[str, str]:
    """Id of each 'result' or 'claim' of a paper → the module with the function under `@result(paper, id, …)`
    or `@claim(paper, id, …)`, or with the declared claim, `C1 = …`.

    Raises SyntaxError when a file cannot be parsed.
    """
    found: dict[str, str] = {}
    # Most files are not worth parsing.
    declaration = r"|C\d+ = " if kind == "claim" else ""
    worth = re.compile(rf'^(@{kind}\(\s*"{re.escape(paper)}"{declaration})', re.MULTILINE)
    for file in sorted((FOLDER / paper).glob("*.py")):
        text = file.read_text()
        if worth.search(text):
            module, tree = f"{__package__}.{paper}.{file.stem}", ast.parse(text)
            found |= dict.fromkeys(_named(tree, kind, paper), module)
            found |= dict.fromkeys(_assigned(tree) if kind == "claim" else (), module)
    return found


def _named(tree: ast.Module, decorator: str, paper: str) -> Iterator[str]:
    """The second argument of every `@decorator(paper, …)` on a function of the module."""
    for function in tree.body:
        for call in function.decorator_list if isinstance(function, ast.FunctionDef) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == decorator:
                first, second = (ast.literal_eval(argument) for argument in call.args[:2])
                if first == paper:
                    yield second


def _assigned(tree: ast.Module) -> Iterator[str]:
    """The names of declared claims, such as C1, that a module assigns."""
    for statement in tree.body:
        for target in statement.targets if isinstance(statement, ast.Assign) else ():
            if isinstance(target, ast.Name) and re.fullmatch(r"C\d+", target.id):
                yield target.id
